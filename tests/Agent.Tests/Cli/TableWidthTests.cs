using System.Collections.Immutable;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Control;
using NetEdit.Agent.Doctor;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>Tables on terminals of 80 and of 200 columns.</summary>
public sealed class TableWidthTests
{
    private const string Scope =
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0123456789abcdef.slice";

    private static readonly ImmutableArray<PolicyDecision> Policies =
    [
        new PolicyDecision(
            "image-generation",
            "/etc/netedit/policies.d/image-generation.yaml:1",
            Scope,
            PolicyState.Degraded,
            new Reason(
                ReasonCodes.ValueCapped,
                "the kernel limits the first receive window to 64 KiB before Linux 6.10; the policy asks for 256 KiB"
            ),
            [
                Feature("congestion-control"),
                Feature("delayed-ack"),
                Feature("initial-cwnd"),
                Feature("receive-window"),
                Feature("retransmission"),
            ]
        ),
        new PolicyDecision(
            "db",
            "a.yaml:9",
            "/",
            PolicyState.Active,
            new Reason(ReasonCodes.None, ""),
            [Feature("ecn")]
        ),
    ];

    [Fact]
    public void Policies_have_their_states_first_and_the_details_below_them() =>
        At(80, output => Render.Policies(output, Policies, color: false))
            .ShouldBe(
                """
                POLICY            STATE     SCOPE
                image-generation  Degraded  /kubepods.slice/k…urstable-pod0123456789abcdef.slice
                    features: congestion-control,delayed-ack,initial-cwnd,receive-window,
                    retransmission
                    reason: value-capped: the kernel limits the first receive window to 64 KiB
                    before Linux 6.10; the policy asks for 256 KiB
                db                Active    /
                    features: ecn

                """
            );

    [Fact]
    public void On_a_wide_terminal_only_the_longest_detail_stands_below() =>
        At(200, output => Render.Policies(output, Policies, color: false))
            .ShouldBe(
                $"""
                POLICY            STATE     SCOPE{new string(' ', 82)}FEATURES
                image-generation  Degraded  {Scope}  congestion-control,delayed-ack,initial-cwnd,receive-window,retransmission
                    reason: value-capped: the kernel limits the first receive window to 64 KiB before Linux 6.10; the policy asks for 256 KiB
                db                Active    /{new string(' ', 86)}ecn

                """
            );

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Every_table_fits_and_keeps_its_names(int width)
    {
        foreach (var (name, text, kept) in Tables(width))
        {
            foreach (var line in text.Split('\n'))
            {
                CellText.Width(line).ShouldBeLessThanOrEqualTo(width, $"{name}: {line}");
            }

            var words = string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            foreach (var word in kept)
            {
                words.ShouldContain(word, Case.Sensitive, name);
            }
        }
    }

    [Fact]
    public void Without_a_terminal_nothing_is_shortened_or_wrapped()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Render.Policies(new TerminalWriter(output, isForPeople: false), Policies, color: false);

        output.ToString().Split('\n')[1].ShouldEndWith("; the policy asks for 256 KiB");
        output.ToString().Split('\n').Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("/system.slice/nginx.service", 16, "/syst…nx.service")]
    [InlineData("größe/größe/größe", 8, "gr…größe")]
    public void Of_a_text_that_is_too_long_the_middle_is_left_out(string text, int width, string expected)
    {
        CellText.Shorten(text, width).ShouldBe(expected);
        CellText.Width(CellText.Shorten(text, width)).ShouldBeLessThanOrEqualTo(width);
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("a,b,c,d", 4, "a,b,|c,d")]
    [InlineData("abcdefgh", 3, "abc|def|gh")]
    [InlineData("", 3, "")]
    public void Text_breaks_after_blanks_and_commas_and_else_anywhere(string text, int width, string expected) =>
        string.Join('|', CellText.Wrap(text, width)).ShouldBe(expected);

    private static IEnumerable<(string Name, string Text, string[] Kept)> Tables(int width)
    {
        yield return ("policies", At(width, output => Render.Policies(output, Policies, color: false)), ["256 KiB"]);
        yield return (
            "status",
            At(width, output => StatusVerb.Write(output, Status, color: false)),
            ["image-generation", "link 123456, program 123457", "half-made", "flapping: repaired 6 times", "policies.d"]
        );
        yield return (
            "actions",
            At(
                width,
                output =>
                    Render.Actions(
                        output,
                        [new ActionInfo("+", "attach", "chain", Scope, "", "no chain is attached to this scope")],
                        color: false
                    )
            ),
            ["attach chain", "no chain is attached"]
        );
        yield return (
            "doctor",
            At(
                width,
                output =>
                    DoctorVerb.Write(
                        output,
                        new DoctorReport(
                            1,
                            0,
                            0,
                            [
                                new HostFinding(
                                    "cgroups",
                                    FindingSeverity.Broken,
                                    "no cgroup v2 hierarchy is mounted; cgroup v1 is, without programs of ours",
                                    "mount -t cgroup2 none /sys/fs/cgroup/unified; or boot with another command line"
                                ),
                            ]
                        ),
                        color: false
                    )
            ),
            ["BROKEN cgroups", "another command line"]
        );
        yield return (
            "diff",
            At(
                width,
                output =>
                    DiffVerb.Write(
                        output,
                        new DiffReport(
                            "0123456789abcdef",
                            "fedcba9876543210",
                            [
                                new PolicyDifference(
                                    "web",
                                    "~",
                                    "web.yaml:1",
                                    [
                                        new ParameterDifference(
                                            "spec.connections[0].peers",
                                            "[10.0.0.0/8, 192.168.0.0/16]",
                                            "[10.0.0.0/8, 192.168.0.0/16, 172.16.0.0/12]"
                                        ),
                                    ]
                                ),
                            ]
                        ),
                        color: false
                    )
            ),
            ["spec.connections[0].peers [10.0.0.0/8, 192.168.0.0/16]", "172.16.0.0/12]"]
        );
        yield return ("features", NeteditInProcess.RunAt(width, "get", "features").Out, ["receive-window", "sysctl"]);
        yield return (
            "all features",
            NeteditInProcess.RunAt(width, "features").Out,
            ["receive-window", "setsockopt-guard"]
        );
    }

    private static StatusReport Status { get; } =
        new()
        {
            Ledger = "netedit",
            Agent = new AgentInfo(
                7,
                "1.2.3-alpha.0.123+0123456789abcdef",
                DateTimeOffset.UnixEpoch,
                "/etc/netedit/policies.d"
            ),
            Policies = Policies,
            Quarantine =
            [
                new QuarantineInfo(
                    "initial-cwnd",
                    "",
                    "flapping",
                    DateTimeOffset.UnixEpoch,
                    "repaired 6 times in an hour",
                    []
                ),
            ],
            Kernel = new KernelReport(
                false,
                [],
                [
                    new ChainInfo(
                        Scope,
                        ["congestion-control", "delayed-ack", "initial-cwnd", "receive-window"],
                        123456,
                        123457,
                        "d"
                    ),
                ],
                [],
                3,
                4,
                5,
                [],
                [new OrphanInfo("/sys/fs/bpf/netedit/chains/0123456789abcdef0123456789abcdef/link", "half-made")],
                []
            ),
        };

    private static FeatureDecision Feature(string name) => new(name, PolicyState.Active, "bpf", "", [], []);

    private static string At(int width, Action<TextWriter> write)
    {
        using var output = new StringWriter { NewLine = "\n" };
        write(new TerminalWriter(output, isForPeople: false, width));
        return output.ToString();
    }
}
