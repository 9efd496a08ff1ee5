using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Agent.Host;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Host;

public sealed partial class UserNumbersTests
{
    [Fact]
    public void Users_of_this_host_become_numbers_and_other_names_stay()
    {
        var resolved = Resolve("root", "netedit-nobody-of-this-name", "1234");

        resolved.Connections.Single().Users.ShouldBe(["0", "netedit-nobody-of-this-name", "1234"]);
        resolved.Unseen.ShouldBeNull();
    }

    /// <summary>On a thread for which reading /etc/passwd fails with EIO, as reading the memory at address 0 does.</summary>
    [Fact]
    public void A_name_service_that_fails_does_not_make_a_user_unknown()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can mount something over it
        }

        Policy? resolved = null;
        var thread = new Thread(() =>
        {
            const int NewMounts = 0x2_0000; // CLONE_NEWNS
            const int OwnDirectories = 0x200; // CLONE_FS
            const ulong PrivateBelow = 0x4_4000; // MS_PRIVATE | MS_REC
            const ulong Bind = 0x1000; // MS_BIND
            _ = ConfigureLookup("passwd", "files"); // systemd's module knows root by heart
            if (
                Unshare(NewMounts | OwnDirectories) == 0
                && Mount("", "/", "", PrivateBelow, 0) == 0
                && Mount("/proc/self/mem", "/etc/passwd", "", Bind, 0) == 0
            )
            {
                resolved = Resolve("root");
            }
        });
        thread.Start();
        thread.Join();

        resolved.ShouldNotBeNull("the mount failed");
        resolved.Connections.Single().Users.ShouldBe(["root"]);
        resolved.Unseen.ShouldNotBeNull().Scopes.ShouldBeEmpty();
        resolved.Unseen.Why.ShouldStartWith(
            "names the user root, of whom the name service of this host tells nothing now: "
        );
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(5, true)]
    [InlineData(12, true)]
    [InlineData(24, true)]
    public void What_an_errno_of_the_name_service_means(int errno, bool unknown) =>
        (UserNumbers.Judge("web", null, errno).Unknown is not null).ShouldBe(unknown);

    private static Policy Resolve(params ImmutableArray<string> users)
    {
        var policy = new Policy
        {
            Name = "a",
            Scopes = ["/"],
            Connections = [new ConnectionSelector([IpPrefix.Any], [], [Direction.Outbound]) { Users = users }],
        };
        return UserNumbers.Resolve(new PolicySet("1", [policy])).Policies.Single();
    }

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureLookup(string database, string services);

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, nint data);
}
