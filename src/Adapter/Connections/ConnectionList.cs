using System.Runtime.CompilerServices;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Connections;

/// <summary>Lists the open connections of every network namespace by an iterator that is loaded for the call and pinned nowhere.</summary>
internal sealed class ConnectionList(AdapterObjects objects, CapabilityReport capabilities)
{
    private static readonly LinkMechanism Link = new(
        CapabilityNames.Btf,
        Interop.Bpf.AttachTraceIter,
        "the list of connections"
    );

    /// <summary>Lists them.</summary>
    /// <param name="maps">The maps with the sockets' storage; null while there are none.</param>
    /// <param name="each">Called for each; the kernel may give one twice.</param>
    /// <returns>Whether this kernel lets the storage be read, and how many processes may be in namespaces that cannot be seen.</returns>
    /// <exception cref="BpfException">The kernel refuses the iterator, or a namespace cannot be entered.</exception>
    internal ConnectionListing Read(SharedMaps? maps, Action<OpenConnection> each)
    {
        var readsStorage = capabilities.Has(CapabilityNames.IterTcp);
        using var loaded = LoadedObject.Open("list of connections", objects.Connections.Image.ToArray());
        maps?.GiveTo(loaded);
        loaded.SetInitialValue(".rodata", [readsStorage ? (byte)1 : (byte)0]);
        loaded.Load();
        using var link = Link.Attach(loaded, AttachPoint.None)[0];
        var walks = new Walks(link.Fd);
        var begun = new List<KernelHandle>();
        int hidden;
        try
        {
            try
            {
                (_, hidden) = NetworkNamespaces.ForEach(walks.Begin);
            }
            finally
            {
                begun.AddRange(walks.Begun.Select(fd => new KernelHandle(fd)));
            }

            foreach (var walk in begun)
            {
                IteratorOutput.ReadRecords(
                    walk,
                    SocketRecord.Size,
                    record => each(SocketRecord.Decode(record, Ticks.PerSecond))
                );
            }
        }
        finally
        {
            begun.ForEach(walk => walk.Dispose());
        }

        return new ConnectionListing(readsStorage, hidden);
    }

    /// <summary>Walks that were begun, each in another namespace. The kernel remembers in which, so they can be read elsewhere.</summary>
    private sealed class Walks(int link)
    {
        private const int Room = 64;

        private int[] _fds = new int[Room];
        private int _count;

        internal IEnumerable<int> Begun => _fds.Take(_count);

        /* Runs in other namespaces, where nothing may start a thread, so it calls little; see NetworkNamespaces. */
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Begin()
        {
            if (!SocketCounts.AnyTcp())
            {
                return;
            }

            var fd = LibBpf.bpf_iter_create(link);
            if (fd < 0)
            {
                throw BpfError.Create("list the connections of a network namespace", -fd);
            }

            if (_count == _fds.Length)
            {
                Array.Resize(ref _fds, 2 * _count);
            }

            _fds[_count++] = fd;
        }
    }
}
