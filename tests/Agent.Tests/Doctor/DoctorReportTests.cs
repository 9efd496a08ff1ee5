using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Control;
using NetEdit.Agent.Doctor;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Doctor;

public sealed class DoctorReportTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1);

    private static readonly HostConditions Conditions = new(
        "6.12.1-amd64",
        MissingPrivilege: null,
        InUserNamespace: false,
        InPidNamespace: false,
        "/sys/fs/bpf",
        "/sys/fs/cgroup",
        Cgroup2Part: null,
        HasCgroup1: false
    );

    private static readonly CapabilityReport Capabilities = new(
        "6.12.1-amd64",
        [
            new Capability(CapabilityNames.Btf, true, "readable"),
            new Capability(CapabilityNames.CgroupLink, true, "made"),
            new Capability(CapabilityNames.SocketStorage, true, "loads"),
            new Capability(CapabilityNames.Sockops, true, "loads"),
        ]
    );

    private static readonly StatusReport Status = new()
    {
        Ledger = "netedit",
        Agent = new AgentInfo(7, "1.2.3", DateTimeOffset.UnixEpoch, "/etc/netedit/policies"),
        LastReconcile = new ReconcileInfo(Now - TimeSpan.FromSeconds(12), "interval", "ok", true, 0.01, null),
        Policies = [Policy("web", PolicyState.Active, ReasonCodes.None, "")],
        Kernel = new KernelReport(false, [], [], [], 0, 0, 0, [], [], []),
    };

    private static readonly HostExamination Healthy = new()
    {
        Now = Now,
        Conditions = Conditions,
        OpenFiles = 1024,
        LockedBytes = 65536,
        Capabilities = Capabilities,
        Status = Status,
    };

    [Fact]
    public void A_healthy_host_has_no_findings_to_act_on()
    {
        Text(Healthy)
            .ShouldBe(
                """
                fine  privileges    all that NetEdit needs
                fine  kernel        Linux 6.12.1-amd64
                fine  capabilities  the kernel has 4 of 4, and all that every feature needs
                fine  mounts        BPF file system at /sys/fs/bpf
                fine  cgroups       cgroup v2 at /sys/fs/cgroup
                fine  limits        1024 open files
                fine  agent         pid 7, version 1.2.3, last pass 12 s ago
                fine  policies      1 of 1 in force as written

                nothing is wrong

                """
            );
    }

    [Fact]
    public void A_host_with_nothing_says_what_could_not_be_looked_at()
    {
        var report = DoctorReport.Of(
            new HostExamination
            {
                Now = Now,
                Conditions = Conditions with
                {
                    MissingPrivilege = "CAP_BPF",
                    BpfMount = null,
                    Cgroup2Mount = null,
                    HasCgroup1 = true,
                },
                KernelError = "the BPF file system is not mounted",
            }
        );

        Findings(report, FindingSeverity.Broken)
            .ShouldBe([
                "cgroups: no cgroup v2 hierarchy is mounted; cgroup v1 is, in which programs cannot be attached",
            ]);
        Findings(report, FindingSeverity.Unknown)
            .ShouldBe([
                "privileges: CAP_BPF is missing, so the kernel, its programs and other users' processes could not "
                    + "be looked at",
                "capabilities: what the kernel can do could not be tried out: the BPF file system is not mounted",
                "limits: the limit of open files could not be read",
                "policies: what is in force could not be read: the BPF file system is not mounted",
            ]);
        Findings(report, FindingSeverity.Warning)
            .Single()
            .ShouldStartWith("mounts: the BPF file system is not mounted");
        (report.Broken, report.Warnings, report.Unknown).ShouldBe((1, 1, 4));
    }

    [Theory]
    [InlineData(PolicyState.Failed, FindingSeverity.Broken)]
    [InlineData(PolicyState.AuditFailed, FindingSeverity.Broken)]
    [InlineData(PolicyState.Quarantined, FindingSeverity.Broken)]
    [InlineData(PolicyState.Degraded, FindingSeverity.Warning)]
    [InlineData(PolicyState.Unsupported, FindingSeverity.Warning)]
    [InlineData(PolicyState.PartiallyActive, FindingSeverity.Warning)]
    [InlineData(PolicyState.Conflict, FindingSeverity.Warning)]
    [InlineData(PolicyState.Waiting, FindingSeverity.Note)]
    public void A_policy_that_is_not_in_force_is_a_finding_with_the_way_to_its_reasons(
        PolicyState state,
        object severity
    )
    {
        var report = Of(Status with { Policies = [Policy("db", state, "code", "why")] });

        var finding = report.Findings.Single(found => found.What.StartsWith("db ", StringComparison.Ordinal));
        finding.ShouldBe(
            new HostFinding(
                "policies",
                (FindingSeverity)severity,
                $"db is {state}: code: why",
                "netedit describe policy db"
            )
        );
    }

    [Fact]
    public void What_is_wrong_with_the_agent_is_found()
    {
        var last = Status.LastReconcile!;
        Agent(Status with { LastReconcile = last with { Error = "EPERM" } })
            .ShouldBe("Broken pid 7, version 1.2.3, last pass 12 s ago, which failed: EPERM");
        Agent(Status with { LastReconcile = last with { Converged = false } })
            .ShouldStartWith("Warning pid 7, version 1.2.3, last pass 12 s ago, after which the kernel still differs");
        Agent(Status with { LastReconcile = last with { At = Now - TimeSpan.FromHours(2) } })
            .ShouldBe("Warning pid 7, version 1.2.3, last pass 7200 s ago, longer than any interval between passes");
        Agent(Status with { LastReconcile = null }).ShouldBe("Warning pid 7 has not finished its first pass");
        Agent(Status with { Agent = null }).ShouldStartWith("Warning no agent runs");
        Agent(Status with { Pass = new PassInfo(Now - TimeSpan.FromMinutes(6), "start", 3, "attach x") })
            .ShouldContain("Warning a pass has run since 1970-01-01 23:54:00Z, now: attach x");
    }

    [Fact]
    public void Invalid_policies_pauses_quarantine_orphans_and_programs_of_others_have_their_remedies()
    {
        var report = Of(
            Status with
            {
                PolicyErrors = [new PolicyError("a.yaml", 1, 2, "wrong")],
                Pauses = [PauseTarget.Everything, "feature/ecn"],
                Quarantine = [new QuarantineInfo("ecn", "", "flapping", Now, "6 times", [])],
                Kernel = Status.Kernel with
                {
                    Orphans = [new OrphanInfo("/x", "half-made")],
                    Foreign =
                    [
                        new ForeignInfo("/", "sockops", 9, "other", RunsAfterOurs: null) { Below = "/a" },
                        new ForeignInfo("/", "sockops", 8, "after", RunsAfterOurs: true),
                    ],
                },
            }
        );

        report
            .Findings.Where(finding => finding.Severity < FindingSeverity.Fine)
            .Select(finding => $"{finding.Severity} {finding.Remedy}")
            .ShouldBe([
                "Broken netedit validate /etc/netedit/policies",
                "Warning netedit resume",
                "Warning netedit resume feature ecn",
                "Warning remove the cause, then: netedit retry ecn",
                "Warning bpftool prog show id 9 tells whose it is",
                "Warning netedit gc",
                "Note bpftool prog show id 8 tells whose it is",
            ]);
    }

    [Fact]
    public void A_kernel_too_old_and_without_what_a_chain_needs_is_broken()
    {
        var report = DoctorReport.Of(
            Healthy with
            {
                Conditions = Conditions with { KernelRelease = "5.4.0-1" },
                Capabilities = Capabilities with
                {
                    Capabilities =
                    [
                        new Capability(CapabilityNames.Btf, false, "it is missing"),
                        Capability.Unknown(CapabilityNames.Xdp, "EMFILE"),
                        new Capability(CapabilityNames.Tcx, false, "EINVAL"),
                    ],
                },
            }
        );

        Findings(report, FindingSeverity.Broken)
            .ShouldBe([
                "kernel: Linux 5.4.0-1 is older than 5.10, the oldest that NetEdit is tested with",
                "capabilities: btf: it is missing",
            ]);
        Findings(report, FindingSeverity.Unknown).ShouldBe(["capabilities: xdp: EMFILE"]);
        Findings(report, FindingSeverity.Note).ShouldBe(["capabilities: tcx: EINVAL"]);
        Findings(report, FindingSeverity.Warning).Single().ShouldContain("may lock 65536 bytes");
    }

    [Fact]
    public void What_is_broken_comes_first_and_has_a_remedy_below_it() =>
        Text(Healthy with { OpenFiles = 64, Conditions = Conditions with { HasCgroup1 = true } })
            .ShouldStartWith(
                """
                BROKEN  limits        a process may open 64 files at once; the agent needs 256
                                      -> ulimit -n 256; in a unit of systemd LimitNOFILE=256
                fine    privileges    all that NetEdit needs
                """
            );

    private static DoctorReport Of(StatusReport status) => DoctorReport.Of(Healthy with { Status = status });

    private static string Agent(StatusReport status) =>
        string.Join(
            '\n',
            Of(status)
                .Findings.Where(finding => finding is { Check: "agent", Severity: not FindingSeverity.Fine })
                .Select(finding => $"{finding.Severity} {finding.What}")
        );

    private static IEnumerable<string> Findings(DoctorReport report, FindingSeverity severity) =>
        report
            .Findings.Where(finding => finding.Severity == severity)
            .Select(finding => $"{finding.Check}: {finding.What}");

    private static string Text(HostExamination host)
    {
        using var output = new StringWriter { NewLine = "\n" };
        DoctorVerb.Write(output, DoctorReport.Of(host), color: false);
        return output.ToString();
    }

    private static PolicyDecision Policy(string name, PolicyState state, string code, string why) =>
        new(name, "a.yaml:1", "/", state, new Reason(code, why), []);
}
