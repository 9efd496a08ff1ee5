using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Tests;

/// <summary>A BPF file system of the default mode, 1777, in which everybody may make directories.</summary>
[Collection<KernelCollection>]
public sealed class TrustedLedgerTests : IDisposable
{
    private const string Nobody = "65534";
    private readonly string _mount = TrustedDirectory.Create("netedit-bpf-");
    private readonly LedgerDirectory _ledger;

    public TrustedLedgerTests() => _ledger = new LedgerDirectory(Path.Combine(_mount, "netedit"));

    public void Dispose() => Directory.Delete(_mount);

    [KernelFact]
    public void A_ledger_that_a_user_made_first_is_refused_with_the_remedy()
    {
        using var mounted = Mount();
        Directory.CreateDirectory(_ledger.Root);
        Run("chown", Nobody, _ledger.Root);

        Should
            .Throw<BpfException>(_ledger.RequireTrusted)
            .Message.ShouldBe(
                $"the ledger cannot be used: '{_ledger.Root}' belongs to user {Nobody}; it must belong to "
                    + $"root or to the current user; if somebody else made it, remove it (rm -r {_ledger.Root}) and "
                    + $"try again"
            );
        Should
            .Throw<BpfException>(() => LedgerDirectory.Pin(-1, _ledger.ChainLinkPin("/")))
            .Message.ShouldContain($"belongs to user {Nobody}");
    }

    [KernelTheory]
    [InlineData("chains", "belongs to user")]
    [InlineData("chains/host-01234567", "belongs to user")]
    [InlineData("maps", "can be written by its group or by others")]
    public void So_is_each_level_below(string level, string why)
    {
        using var mounted = Mount();
        Directory.CreateDirectory(Path.Combine(_ledger.Root, level));
        _ledger.RequireTrusted();
        if (why.StartsWith("belongs", StringComparison.Ordinal))
        {
            Run("chown", Nobody, Path.Combine(_ledger.Root, level));
        }
        else
        {
            Run("chmod", "1777", Path.Combine(_ledger.Root, level));
        }

        Should
            .Throw<BpfException>(_ledger.RequireTrusted)
            .Message.ShouldContain($"'{Path.Combine(_ledger.Root, level)}'");
    }

    [KernelFact]
    public void What_we_make_is_for_its_owner_only()
    {
        using var mounted = Mount();
        _ledger.RequireTrusted();

        Should
            .Throw<BpfException>(() => LedgerDirectory.Pin(-1, _ledger.ChainLinkPin("/")))
            .Message.ShouldContain("could not pin");

        foreach (var directory in (string[])[_ledger.Root, _ledger.Chains, _ledger.ChainDirectory("/")])
        {
            File.GetUnixFileMode(directory)
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, directory);
        }

        _ledger.RequireTrusted();
    }

    private Mounted Mount()
    {
        LibC.mount("bpf", _mount, "bpf", 0, "mode=1777").ShouldBe(0);
        return new Mounted(_mount);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private sealed class Mounted(string path) : IDisposable
    {
        public void Dispose() => Run("umount", path);
    }
}
