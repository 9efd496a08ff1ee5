using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.TestPlugin;

[assembly: TuningFeature(AddressFeature.FeatureName, typeof(AddressFeature))]
[assembly: TuningFeature(OptionFeature.FeatureName, typeof(OptionFeature))]
[assembly: TuningFeature(SocketIngressFeature.FeatureName, typeof(SocketIngressFeature))]
[assembly: TuningFeature(SocketEgressFeature.FeatureName, typeof(SocketEgressFeature))]
[assembly: TuningFeature(TrafficIngressFeature.FeatureName, typeof(TrafficIngressFeature))]
[assembly: TuningFeature(TrafficEgressFeature.FeatureName, typeof(TrafficEgressFeature))]
[assembly: TuningFeature(XdpFeature.FeatureName, typeof(XdpFeature))]
[assembly: TuningFeature(LookupFeature.FeatureName, typeof(LookupFeature))]
[assembly: TuningFeature(IteratorFeature.FeatureName, typeof(IteratorFeature))]
[assembly: TuningFeature(TracepointFeature.FeatureName, typeof(TracepointFeature))]
[assembly: TuningFeature(RawTracepointFeature.FeatureName, typeof(RawTracepointFeature))]
[assembly: TuningFeature(FunctionFeature.FeatureName, typeof(FunctionFeature))]
[assembly: TuningFeature(FunctionProbeFeature.FeatureName, typeof(FunctionProbeFeature))]
[assembly: TuningFeature(ProcessorFeature.FeatureName, typeof(ProcessorFeature))]
[assembly: TuningFeature(ProcessorInCgroupFeature.FeatureName, typeof(ProcessorInCgroupFeature))]

namespace NetEdit.TestPlugin;

/// <summary>The least a feature at a hookpoint can do that shows outside the kernel: it acts on one port.</summary>
public abstract class HookFeature : ITuningFeature
{
    /// <summary>Creates a feature.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="requires">A capability of the mechanism that alone its object has a program for; null when it has one for each.</param>
    /// <param name="source">Its object.</param>
    /// <param name="hooks">Where its programs run.</param>
    protected HookFeature(string name, string? requires, string source, params Hook[] hooks)
    {
        Name = name;
        var programs = BpfObject.Embedded(typeof(HookFeature).Assembly, source);
        Variants =
        [
            new(
                "bpf",
                requires is null ? [] : [requires],
                [.. hooks.Select(hook => new AttachedProgram(programs, hook))]
            ),
        ];
    }

    public string Name { get; }

    public string Summary => "acts on one port, for tests";

    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new("port", ParameterKind.Count, 0, ushort.MaxValue, "The port."),
        new("other", ParameterKind.Count, 0, ushort.MaxValue, "Where what is meant for it goes instead."),
    ];

    public IReadOnlyList<FeatureVariant> Variants { get; }

    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number("port") ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[sizeof(uint)..], (uint)(values.Number("other") ?? 0));
    }
}

/// <summary>Binds, connects and sends to another port.</summary>
public sealed class AddressFeature()
    : HookFeature(
        FeatureName,
        null,
        "addresses",
        Hook.Bind4,
        Hook.Bind6,
        Hook.Connect4,
        Hook.Connect6,
        Hook.SendMessage4,
        Hook.SendMessage6,
        Hook.ReceiveMessage4,
        Hook.ReceiveMessage6
    )
{
    public const string FeatureName = "test-addresses";
}

/// <summary>Refuses a type of service and tells of another.</summary>
public sealed class OptionFeature()
    : HookFeature(FeatureName, null, "options", Hook.SetSocketOption, Hook.GetSocketOption)
{
    public const string FeatureName = "test-options";
}

/// <summary>Drops what arrives for sockets.</summary>
public sealed class SocketIngressFeature() : HookFeature(FeatureName, null, "packets", Hook.SocketIngress)
{
    public const string FeatureName = "test-socket-ingress";
}

/// <summary>Drops what sockets send.</summary>
public sealed class SocketEgressFeature() : HookFeature(FeatureName, null, "packets", Hook.SocketEgress)
{
    public const string FeatureName = "test-socket-egress";
}

/// <summary>Drops what arrives at an interface.</summary>
public sealed class TrafficIngressFeature() : HookFeature(FeatureName, null, "traffic", Hook.TrafficIngress)
{
    public const string FeatureName = "test-traffic-ingress";
}

/// <summary>Drops what leaves an interface.</summary>
public sealed class TrafficEgressFeature() : HookFeature(FeatureName, null, "traffic", Hook.TrafficEgress)
{
    public const string FeatureName = "test-traffic-egress";
}

/// <summary>Drops what arrives at an interface, early.</summary>
public sealed class XdpFeature() : HookFeature(FeatureName, null, "express", Hook.Xdp)
{
    public const string FeatureName = "test-xdp";
}

/// <summary>Hides the sockets of a port.</summary>
public sealed class LookupFeature() : HookFeature(FeatureName, null, "lookup", Hook.SocketLookup)
{
    public const string FeatureName = "test-lookup";
}

/// <summary>Writes the port to whoever reads.</summary>
public sealed class IteratorFeature() : HookFeature(FeatureName, null, "iterator", Hook.Iterator)
{
    public const string FeatureName = "test-iterator";
}

/// <summary>Counts connections at a tracepoint.</summary>
public sealed class TracepointFeature() : HookFeature(FeatureName, null, "tracepoint", Hook.Tracepoint)
{
    public const string FeatureName = "test-tracepoint";
}

/// <summary>The same at a raw one.</summary>
public sealed class RawTracepointFeature()
    : HookFeature(FeatureName, CapabilityNames.TracepointRaw, "tracepoint_raw", Hook.Tracepoint)
{
    public const string FeatureName = "test-raw-tracepoint";
}

/// <summary>Counts connections at a function of the kernel.</summary>
public sealed class FunctionFeature() : HookFeature(FeatureName, null, "function", Hook.KernelFunction)
{
    public const string FeatureName = "test-function";
}

/// <summary>The same by a probe.</summary>
public sealed class FunctionProbeFeature()
    : HookFeature(FeatureName, CapabilityNames.Kprobe, "function_probe", Hook.KernelFunction)
{
    public const string FeatureName = "test-function-probe";
}

/// <summary>Counts the time of processors.</summary>
public sealed class ProcessorFeature() : HookFeature(FeatureName, null, "processor", Hook.Processor)
{
    public const string FeatureName = "test-processor";
}

/// <summary>The same for processes of a cgroup.</summary>
public sealed class ProcessorInCgroupFeature() : HookFeature(FeatureName, null, "processor", Hook.ProcessorInCgroup)
{
    public const string FeatureName = "test-processor-in-cgroup";
}
