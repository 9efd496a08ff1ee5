using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Containers;

namespace NetEdit.Agent.Tests.Containers;

/// <summary>The agent's side of the pipe, with processes that say what they should not, or nothing.</summary>
public sealed class RuntimeWatchTests : IDisposable
{
    private static readonly string Id = new('1', 64);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private int _starts;

    public RuntimeWatchTests() => _socket.Bind(new UnixDomainSocketEndPoint(Address.Socket));

    private RuntimeAddress Address => new("docker", _directory.Combine("docker.sock"), "systemctl start docker");

    public void Dispose()
    {
        _socket.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void What_the_process_tells_is_known_and_stays_known_when_it_ends()
    {
        var changes = 0;
        using var watch = Watch(
            $$"""echo '{"container":"{{Id}}","name":"web"}'; echo '{"listed":true}'; read line""",
            () => Interlocked.Increment(ref changes)
        );
        watch.Ensure();
        Eventually.True(() => watch.Answers, "it has told of all containers");
        watch.Containers[Id].Name.ShouldBe("web");
        watch.Problem.ShouldBeNull();
        changes.ShouldBeGreaterThan(0);

        watch.Look(); // the script takes it for its end
        Eventually.True(() => watch.Problem is not null, "its end is noticed");
        watch.Problem.ShouldBe(
            $"docker cannot be asked about its containers on {Address.Socket}: the process that asks it has ended; new "
                + "ones have no name, image or labels until it answers. Type on the host: systemctl start docker"
        );
        watch.Containers[Id].Name.ShouldBe("web");
        watch.Answers.ShouldBeFalse();
    }

    [Fact]
    public void A_process_that_ends_is_started_again()
    {
        using var watch = Watch("""echo '{"problem":"connection refused"}'""");
        watch.Ensure();
        Eventually.True(() => watch.Problem is not null, "the problem is known");
        watch.Problem!.ShouldContain(": connection refused; ");
        Eventually.True(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref _starts) > 2;
            },
            "it is started again, and again"
        );
    }

    [Fact]
    public void The_pauses_grow_to_a_minute_and_begin_anew_after_a_good_run()
    {
        var pauses = new RestartPauses();

        Enumerable
            .Range(0, 8)
            .Select(_ => pauses.After(TimeSpan.FromSeconds(5)).TotalSeconds)
            .ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);
        pauses.After(TimeSpan.FromMinutes(2)).TotalSeconds.ShouldBe(1);
        pauses.After(TimeSpan.Zero).TotalSeconds.ShouldBe(2);
    }

    [Theory]
    [InlineData("echo 'Unhandled exception'; read line", "'U' is an invalid start of a value.")]
    [InlineData("head -c 300000 /dev/zero; read line", "a line is longer than 262144 bytes")]
    [InlineData("exit 1", "the process that asks it has ended")]
    public void What_is_no_message_ends_it(string script, string problem)
    {
        using var watch = Watch(script);
        watch.Ensure();
        Eventually.True(() => watch.Problem is not null, "the problem is known");
        watch.Problem!.ShouldContain(problem);
    }

    [Fact]
    public void A_process_that_tells_nothing_is_given_up()
    {
        using var watch = Watch("read line");
        watch.Ensure();
        Eventually.True(() => Volatile.Read(ref _starts) == 1, "it runs");
        Eventually.True(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return watch.Problem is not null;
            },
            "it is given up"
        );
        watch.Problem!.ShouldContain("it told nothing for 20 s");
    }

    [Fact]
    public void A_runtime_that_does_not_offer_the_interface_is_asked_again_only_when_its_socket_is_another()
    {
        using var watch = Watch("""echo '{"problem":"it does not offer the CRI","isNotOffered":true}'""");
        watch.Ensure();
        Eventually.True(() => watch.Settled.IsCompleted, "it is settled");
        Eventually.True(() => !watch.IsRunning, "it has ended");
        watch.Ensure();
        watch.IsRunning.ShouldBeFalse();
        (watch.Problem, Volatile.Read(ref _starts)).ShouldBe((null, 1));

        File.Move(Address.Socket, _directory.Combine("old"));
        using var another = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        another.Bind(new UnixDomainSocketEndPoint(Address.Socket));
        watch.Ensure();
        Eventually.True(() => Volatile.Read(ref _starts) == 2, "it is asked again");
    }

    [Fact]
    public void Nothing_is_started_where_there_is_no_socket()
    {
        File.Delete(Address.Socket);
        using var watch = Watch("read line");
        watch.Ensure();

        (watch.Settled.IsCompleted, watch.Answers, watch.Problem, _starts).ShouldBe((true, false, null, 0));
    }

    [Fact]
    public void The_process_ends_with_its_input_when_nobody_wants_to_know_any_more()
    {
        Process? process = null;
        using (var watch = Watch("""echo '{"listed":true}'; cat""", started: one => process = one))
        {
            watch.Ensure();
            Eventually.True(() => watch.Answers, "it runs");
            Directory.Exists($"/proc/{process!.Id}").ShouldBeTrue();
        }

        Eventually.True(() => !Directory.Exists($"/proc/{_pid}"), "it has ended");
    }

    private int _pid;

    private RuntimeWatch Watch(string script, Action? changed = null, Action<Process>? started = null) =>
        new(
            Address,
            changed ?? (() => { }),
            _time,
            _ =>
            {
                Interlocked.Increment(ref _starts);
                var process = Process.Start(
                    new ProcessStartInfo("/bin/sh", ["-c", script])
                    {
                        UseShellExecute = false,
                        RedirectStandardInput = true,
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    }
                )!;
                _pid = process.Id;
                started?.Invoke(process);
                return process;
            }
        );
}
