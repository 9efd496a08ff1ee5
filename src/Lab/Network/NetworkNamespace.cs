using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>A network namespace with a name that iproute2 knows; removed when disposed.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly long _cleanup;
    private bool _disposed;

    private NetworkNamespace(string name, SafeFileHandle handle)
    {
        Name = name;
        _handle = handle;
        _cleanup = LabCleanup.Register(() => Delete(name));
    }

    /// <summary>Name, as <c>ip netns</c> lists it.</summary>
    public string Name { get; }

    /// <summary>Creates a namespace with a unique name, with its loopback interface up.</summary>
    /// <exception cref="LabException">No permission, or no iproute2.</exception>
    public static NetworkNamespace Create()
    {
        var name = LabName.Next();
        Command.Run("ip", ["netns", "add", name]);
        var result = Adopt(name);
        try
        {
            result.Configure(["link set lo up"]);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Runs a function on a thread of its own that is in the namespace, and waits for it.</summary>
    /// <remarks>
    /// Sockets that it creates belong to the namespace for good, also when they are used elsewhere. The function must not start threads or
    /// asynchronous work: a new thread, also one of the pool, would inherit the namespace and stay in it.
    /// </remarks>
    /// <exception cref="LabException">The namespace cannot be entered.</exception>
    /// <exception cref="ObjectDisposedException">The namespace is gone.</exception>
    public T Run<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        ObjectDisposedException.ThrowIf(_disposed, this);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = function();
            }
#pragma warning disable CA1031 // Every exception goes on to the caller.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
            Name = Name,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run(() =>
        {
            action();
            return true;
        });
    }

    /// <summary>Creates a socket of this namespace.</summary>
    /// <param name="family">IPv4, IPv6 or packet.</param>
    /// <param name="type">Type of the socket.</param>
    /// <param name="protocol">Protocol; of a packet socket, the Ethernet type in network byte order.</param>
    /// <param name="cgroup">The cgroup it belongs to for good, or null for that of this process.</param>
    public Socket CreateSocket(
        AddressFamily family,
        SocketType type = SocketType.Stream,
        ProtocolType protocol = ProtocolType.Tcp,
        LabCgroup? cgroup = null
    )
    {
        using var membership = cgroup?.Enter();
        return Run(() => new Socket(family, type, protocol));
    }

    /// <summary>Creates a socket of Multipath TCP, a protocol that .NET does not know.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="cgroup">The cgroup it belongs to for good.</param>
    /// <exception cref="LabException">The kernel has no Multipath TCP, or it is switched off.</exception>
    public Socket CreateMultipathSocket(AddressFamily family, LabCgroup cgroup)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        using var membership = cgroup.Enter();
        return Run(() =>
        {
            var fd = LabSystemCalls.Socket(
                family == AddressFamily.InterNetworkV6 ? LabSystemCalls.Ipv6 : LabSystemCalls.Ipv4,
                LabSystemCalls.Stream,
                LabSystemCalls.MultipathTcp
            );
            return fd >= 0
                ? new Socket(new SafeSocketHandle(fd, ownsHandle: true))
                : throw LabException.FromErrno("make a socket of Multipath TCP", Marshal.GetLastPInvokeError());
        });
    }

    /// <summary>Reads a kernel setting as it is in this namespace.</summary>
    /// <param name="name">As <c>sysctl</c> writes it: <c>net.ipv4.tcp_ecn</c>.</param>
    /// <exception cref="LabException">There is no such setting here.</exception>
    public string GetSysctl(string name) => Run(() => AccessSysctl(name, path => File.ReadAllText(path).Trim()));

    /// <summary>Changes a kernel setting in this namespace only.</summary>
    /// <param name="name">As <c>sysctl</c> writes it; one that exists per namespace.</param>
    /// <param name="value">The new value.</param>
    /// <exception cref="LabException">There is no such setting here, or the value is refused.</exception>
    public void SetSysctl(string name, string value) =>
        Run(() =>
            AccessSysctl(
                name,
                path =>
                {
                    File.WriteAllText(path, value);
                    return value;
                }
            )
        );

    /// <summary>Index of an interface of this namespace.</summary>
    /// <exception cref="LabException">There is no such interface.</exception>
    public int InterfaceIndex(string interfaceName) =>
        Run(() =>
        {
            var index = LabSystemCalls.InterfaceIndex(interfaceName);
            return index != 0
                ? (int)index
                : throw LabException.FromErrno(
                    $"find interface {interfaceName} in {Name}",
                    Marshal.GetLastPInvokeError()
                );
        });

    /// <summary>Runs commands of <c>ip</c> in the namespace, in one process.</summary>
    /// <param name="commands">Without the leading <c>ip</c>, for example <c>route add default via 10.77.1.2</c>.</param>
    /// <exception cref="LabException">One of them failed; those before it stay in force.</exception>
    public void Configure(IEnumerable<string> commands) =>
        Command.Run("ip", ["-netns", Name, "-batch", "-"], string.Join('\n', commands) + "\n");

    /// <summary>Removes the namespace. Its interfaces go with the last socket and thread that is in it.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        LabCleanup.Forget(_cleanup);
        _handle.Dispose();
        Delete(Name);
    }

    /// <summary>Takes over a namespace that the caller has just made.</summary>
    internal static NetworkNamespace Adopt(string name)
    {
        try
        {
            return new NetworkNamespace(name, File.OpenHandle($"/run/netns/{name}", share: FileShare.ReadWrite));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(name);
            throw new LabException($"open network namespace {name}: {e.Message}", e);
        }
    }

    private static void Delete(string name)
    {
        if (File.Exists($"/run/netns/{name}"))
        {
            Command.Run("ip", ["netns", "delete", name]);
        }
    }

    private static T AccessSysctl<T>(string name, Func<string, T> access)
    {
        try
        {
            // The kernel shows the settings of the opening thread's namespace.
            return access("/proc/sys/" + name.Replace('.', '/'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"sysctl {name}: {e.Message}", e);
        }
    }

    private void Enter()
    {
        if (LabSystemCalls.SetNamespace((int)_handle.DangerousGetHandle(), LabSystemCalls.CloneNewNet) != 0)
        {
            throw LabException.FromErrno($"enter network namespace {Name}", Marshal.GetLastPInvokeError());
        }
    }
}
