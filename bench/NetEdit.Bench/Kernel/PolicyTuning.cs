using System.Text;
using NetEdit.Adapter;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Bench.Kernel;

/// <summary>Policies, as the PolicyEngine turns them into a plan.</summary>
internal sealed class PolicyTuning
{
    private readonly InstalledFeatures _features = new();
    private readonly CapabilityReport _capabilities;
    private readonly HostFacts _facts;
    private readonly PolicySet _policies;

    internal PolicyTuning(BenchLedger ledger, string yaml)
    {
        var read = PolicyReader.Read([("bench.yaml", Encoding.UTF8.GetBytes(yaml))], _features);
        _policies = read.Set ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
        _capabilities = ledger.Adapter.Capabilities;
        _facts = new HostFacts
        {
            KernelRelease = _capabilities.KernelRelease,
            Cgroups = ledger.Adapter.FindCgroups(["/", ledger.Cgroup.Path]),
        };
    }

    internal DesiredState Decide()
    {
        var decision = Decider.Decide(_policies, _facts, _capabilities, _features, []);
        return
            decision.Policies.FirstOrDefault(policy =>
                policy.State is not (PolicyState.Active or PolicyState.Degraded or PolicyState.Observing)
            )
                is { } idle
            ? throw new InvalidOperationException($"the policy {idle.Policy} is {idle.State}: {idle.Reason}")
            : decision.Desired;
    }

    internal static Plan Plan(BenchLedger ledger, DesiredState desired, ObservedState observed) =>
        Planner.Plan(desired, observed, ledger.Adapter.ChainObjectDigest);

    /// <summary>Executes the plan of the policies but for the attaching; the programs are the caller's to attach.</summary>
    internal DisposableList<SockopsProgram> Load(BenchLedger ledger)
    {
        const string Available = "/proc/sys/net/ipv4/tcp_available_congestion_control";
        var plan = Plan(ledger, Decide(), ledger.Adapter.Observe());
        /* Names of algorithms are the whole machine's: another ledger may have registered ours. */
        var there = File.ReadAllText(Available).Split(' ', '\n');
        ledger.Execute(
            plan.Actions.Where(action =>
                action is not AttachChain
                && !(action is RegisterAlgorithm register && there.Contains(register.Algorithm.Program.Algorithm))
            )
        );
        return new DisposableList<SockopsProgram>([
            .. plan.Actions.OfType<AttachChain>().Select(attach => SockopsProgram.Chain(ledger, attach.Chain)),
        ]);
    }
}
