using NetEdit.Features;

[assembly: TuningFeature("dctcp", typeof(DctcpFeature))]
[assembly: TuningFeature("initial-cwnd", typeof(InitialCwndFeature))]
[assembly: TuningFeature("receive-window", typeof(ReceiveWindowFeature))]
