using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Kernels.Guest;
using NetEdit.Model;

// netedit-guest AGENT REPORT [pairs]
// Checks every feature on this kernel, with "pairs" every two of them, too, and writes a report to the file that is named: the only job inside a guest,
// and the same on a host.
Netedit.Program = args[0];

/* An emulated processor is 20 times slower, and slower still on a busy machine. */
Eventually.Limit = Netedit.Limit = TimeSpan.FromMinutes(5);

// As systemd has it: without any controller, cgroups have none of those that come unasked (perf_event) either.
if (File.Exists("/sys/fs/cgroup/cgroup.subtree_control"))
{
    File.WriteAllText("/sys/fs/cgroup/cgroup.subtree_control", "+pids");
}

var capabilities = JsonSerializer.Deserialize<CapabilityReport>(
    Netedit.Run("capabilities", "-o", "json").Output,
    new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } }
)!;
FeatureCheck[] own = [new InitialCwndCheck(), new ReceiveWindowCheck(), new DctcpCheck(), new GuardCheck()];
var images = new Images();
var samples = FeatureSample
    .All.Where(sample => !own.Any(check => check.Feature == sample.Feature))
    .Select(sample => new SampleCheck(sample, images));
var report = new GuestRun(capabilities, [.. own, .. samples], images, inPairs: args is [_, _, "pairs"]).Run();
report = report with { Features = report.Features.Add(new SysctlRun(new Scene()).Run()) };
report = report with { Hookpoints = new HookRun(new Scene()).Run() };
File.WriteAllText(args[1], report.ToJson());
