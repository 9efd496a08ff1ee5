using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// Finds out which options of a socket this kernel takes from a program, by setting them on a socket of our own: a
/// program finds it among all others by the storage that only it was given. A kernel whose iterators set no options
/// (before 5.15) is judged by its release.
/// </summary>
internal sealed unsafe class OptionProbe(CapabilityProbe probe)
{
    private static readonly LinkMechanism Link = new(
        CapabilityNames.Btf,
        Interop.Bpf.AttachTraceIter,
        "a walk over sockets"
    );

    /* Answers are numbered as in struct answers (bpf/probes/probe_options.bpf.c). */
    private static readonly (string Capability, KernelVersion Since, string What, int[] Answers)[] Options =
    [
        (CapabilityNames.WindowClamp, new KernelVersion(5, 11, 0), "TCP_WINDOW_CLAMP", [0]),
        (CapabilityNames.MaximumSegment, new KernelVersion(6, 1, 0), "TCP_MAXSEG", [1]),
        (CapabilityNames.TransmitRehash, new KernelVersion(6, 1, 0), "SO_TXREHASH and IPV6_AUTOFLOWLABEL", [2, 3]),
        (CapabilityNames.MaximumTimeout, new KernelVersion(6, 15, 0), "TCP_RTO_MAX_MS", [4]),
    ];

    private const int Count = 5;

    private int[]? _answers;

    /// <summary>Probes every option.</summary>
    /// <param name="kernelRelease">The release of this kernel.</param>
    /// <param name="iteratorsSetOptions">Whether a program that walks over sockets may set options.</param>
    internal IEnumerable<Capability> Run(string kernelRelease, bool iteratorsSetOptions)
    {
        foreach (var (capability, since, what, answers) in Options)
        {
            yield return iteratorsSetOptions
                ? probe.Try(capability, $"a program sets {what}", () => Require(what, answers))
                : HookProbe.Since(capability, kernelRelease, since, $"that programs may set {what}");
        }
    }

    private void Require(string what, int[] wanted)
    {
        _answers ??= Ask();
        var error = wanted.Select(index => _answers[index]).FirstOrDefault(answer => answer != 0);
        if (error != 0)
        {
            throw BpfError.Create($"set {what} by a program", -error);
        }
    }

    private static int[] Ask()
    {
        using var loaded = LoadedObject.Open("probe_options", AdapterObjects.Probe("probe_options").Image.ToArray());
        loaded.Load();
        using var socket = Listen();
        CapabilityProbe.KeepInSocket(loaded, socket);
        using var link = Link.Attach(loaded, AttachPoint.None)[0];
        using var walk = KernelHandle.Of(LibBpf.bpf_iter_create(link.Fd), "walk over sockets");
        int[]? answers = null;
        IteratorOutput.ReadRecords(
            walk,
            Count * sizeof(int),
            record => answers = MemoryMarshal.Cast<byte, int>(record).ToArray()
        );
        LibBpfLog.Clear();
        return answers
            ?? throw new BpfException("a walk over sockets did not find the socket that was made for the probe")
            {
                IsPassing = true,
            };
    }

    /* Walks meet sockets that listen or are connected. Nobody knows the port of this one, and it is closed at once. */
    private static Socket Listen()
    {
        try
        {
            return Listen(IPAddress.IPv6Loopback);
        }
        catch (SocketException)
        {
            try
            {
                return Listen(IPAddress.Loopback);
            }
            catch (SocketException failure)
            {
                throw new BpfException($"could not listen on loopback: {failure.Message}") { IsPassing = true };
            }
        }
    }

    private static Socket Listen(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(1);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
