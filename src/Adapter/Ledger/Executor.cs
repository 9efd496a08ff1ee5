using System.Collections.Immutable;
using NetEdit.Adapter.Chains;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.State;

namespace NetEdit.Adapter.Ledger;

/// <summary>Executes the actions of a plan. Each leaves the kernel as it was when it fails.</summary>
internal sealed class Executor(LedgerDirectory ledger, Cgroups? cgroups, Func<CapabilityReport> capabilities) : IDisposable
{
    private static readonly SockopsHookpoint Sockops = new();
    private static readonly StructOpsHookpoint StructOps = new();
    private static readonly IterTcpHookpoint IterTcp = new();

    private SharedMaps? _maps = SharedMaps.TryOpen(ledger);

    /// <summary>The shared maps, or null while no chain needs them.</summary>
    internal SharedMaps? Maps => _maps;

    /// <summary>Whether the shared maps are held, and a pin of theirs or that of the walk over their sockets is gone.</summary>
    internal bool SharedPinsMissing => _maps is { } maps && (!maps.ArePinned(ledger) || (!File.Exists(ledger.LiveSocketsPin) && capabilities().Has(CapabilityNames.IterTcp)));

    /// <summary>Executes one action; the refusals are programs the kernel would not have.</summary>
    /// <exception cref="BpfException">It failed; nothing has changed.</exception>
    internal ImmutableArray<Refusal> Execute(PlanAction action)
    {
        try
        {
            return Perform(action);
        }
        finally
        {
            ledger.RemoveEmptyDirectories();
        }
    }

    public void Dispose() => _maps?.Dispose();

    private ImmutableArray<Refusal> Perform(PlanAction action)
    {
        switch (action)
        {
            case CreateSharedMaps:
                CreateMaps();
                return [];
            case RestoreSharedPins:
                RequireMaps().RestorePins(ledger);
                PinLiveSockets();
                return [];
            case RegisterAlgorithm register:
                return Register(register.Algorithm, register.Replaces);
            case WriteProfile write:
                RequireMaps().WriteProfile(write.Profile);
                return [];
            case SwitchRules rules:
                RequireMaps().RuleTables.Switch(rules.Rules);
                return [];
            case AttachChain attach:
                return Load(attach.Chain, (loaded, mechanism) =>
                {
                    using var cgroup = (cgroups ?? throw new BpfException("no cgroup v2 hierarchy is mounted")).Open(attach.Chain.Scope);
                    mechanism.Attach(loaded, cgroup, ChainPins(attach.Chain.Scope));
                });
            case UpdateChain update:
                return Load(update.Chain, (loaded, mechanism) => mechanism.Replace(loaded, ChainPins(update.Chain.Scope)));
            case DetachChain detach:
                Sockops.Choose(capabilities()).Detach(ChainPins(detach.Scope));
                return [];
            case DeleteProfile delete:
                RequireMaps().DeleteProfile(delete.Id);
                return [];
            case UnregisterAlgorithm unregister:
                Unregister(unregister.Algorithm);
                return [];
            case RemoveOrphan orphan:
                ledger.Remove(orphan.Path);
                return [];
            case RemoveSharedMaps:
                RemoveMaps();
                return [];
            default:
                throw new ArgumentException($"unknown action {action.GetType().Name}", nameof(action));
        }
    }

    private SharedMaps RequireMaps() => _maps ?? throw new BpfException("the shared maps are gone; run the same again to make them anew");

    private void CreateMaps()
    {
        _maps?.Dispose();
        _maps = SharedMaps.Create(ledger);
        ledger.Remove(ledger.LiveSocketsPin);
        PinLiveSockets();
    }

    private void PinLiveSockets()
    {
        if (File.Exists(ledger.LiveSocketsPin) || !capabilities().Has(CapabilityNames.IterTcp))
        {
            return;
        }

        using var loaded = LoadedObject.Open("live sockets", EmbeddedObjects.LiveSockets.Image.ToArray());
        RequireMaps().GiveTo(loaded);
        loaded.Load();
        IterTcp.Choose(capabilities()).Attach(loaded, null, new Pins(ledger, ledger.LiveSocketsPin));
    }

    private void RemoveMaps()
    {
        _maps?.Dispose();
        _maps = null;
        ledger.Remove(ledger.LiveSocketsPin);
        SharedMaps.Remove(ledger);
    }

    private Pins ChainPins(string scope) => new(ledger, ledger.ChainPin(scope));

    private ImmutableArray<Refusal> Load(DesiredChain chain, Action<LoadedObject, IMechanism> attach)
    {
        var mechanism = Sockops.Choose(capabilities());
        using var loaded = TryLoad(chain, out var failure);
        if (loaded is null)
        {
            var refusals = Blame(chain, failure!);
            return refusals.IsEmpty ? throw failure! : refusals;
        }

        attach(loaded, mechanism);
        return [];
    }

    private LoadedObject? TryLoad(DesiredChain chain, out BpfException? failure)
    {
        LoadedObject? loaded = null;
        try
        {
            var digest = DesiredDigest.OfChain(chain, EmbeddedObjects.SockopsChain.Digest);
            loaded = LoadedObject.Open($"chain of {chain.Scope}", ChainLinker.Link(EmbeddedObjects.SockopsChain, chain.Stages));
            RequireMaps().GiveTo(loaded);
            loaded.SetInitialValue(".rodata", ChainRecord.Encode(chain, digest));
            loaded.Load();
            failure = null;
            return loaded;
        }
        catch (BpfException refused)
        {
            loaded?.Dispose();
            failure = refused;
            return null;
        }
    }

    /// <summary>The stages that the kernel refuses, found by loading them one after the other.</summary>
    private ImmutableArray<Refusal> Blame(DesiredChain chain, BpfException failure)
    {
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        var accepted = ImmutableArray<ChainStage>.Empty;
        using (var empty = TryLoad(chain with { Stages = accepted }, out _))
        {
            if (empty is null)
            {
                return []; // the chain itself is refused: no feature is to blame
            }
        }

        foreach (var stage in chain.Stages)
        {
            using var loaded = TryLoad(chain with { Stages = accepted.Add(stage) }, out var refused);
            if (loaded is null)
            {
                refusals.Add(new Refusal(stage.Feature, stage.Variant, stage.Program.Object.Digest, (refused ?? failure).Message));
            }
            else
            {
                accepted = accepted.Add(stage);
            }
        }

        return refusals.ToImmutable();
    }

    private ImmutableArray<Refusal> Register(DesiredAlgorithm algorithm, string? replaces)
    {
        var name = algorithm.Program.Algorithm;
        var digest = DesiredDigest.OfAlgorithm(algorithm);
        var mechanism = StructOps.Choose(capabilities());
        try
        {
            using var loaded = LoadedObject.Open(algorithm.Feature, algorithm.Program.Object.Image.ToArray());
            mechanism.Prepare(loaded);
            loaded.Load();
            var pins = new Pins(ledger, ledger.AlgorithmLinkPin(name), ledger.AlgorithmMapPin(name, digest));
            /* What an interrupted run pinned here is not registered, or observed state would have shown it. */
            ledger.Remove(pins.Map!);
            ledger.Remove(ledger.AlgorithmDataPin(name, digest));
            LedgerDirectory.Pin(LibBpf.bpf_map__fd(StructOpsHookpoint.TableOf(loaded)), pins.Map!);
            try
            {
                LedgerDirectory.Pin(LibBpf.bpf_map__fd(loaded.Map(".bss")), ledger.AlgorithmDataPin(name, digest));
                if (replaces is null)
                {
                    mechanism.Attach(loaded, null, pins);
                }
                else
                {
                    mechanism.Replace(loaded, pins);
                }
            }
            catch (BpfException)
            {
                ledger.Remove(pins.Map!);
                ledger.Remove(ledger.AlgorithmDataPin(name, digest));
                throw;
            }
        }
        catch (BpfException refused) when (refused.MissingPrivilege is null)
        {
            return [new Refusal(algorithm.Feature, algorithm.Variant, algorithm.Program.Object.Digest, refused.Message)];
        }

        if (replaces is not null && replaces != digest)
        {
            ledger.Remove(ledger.AlgorithmMapPin(name, replaces));
            ledger.Remove(ledger.AlgorithmDataPin(name, replaces));
        }

        return [];
    }

    private void Unregister(string name)
    {
        foreach (var pin in LedgerDirectory.Pins(ledger.Algorithms).Where(pin => Path.GetFileName(pin).StartsWith(name + "-map-", StringComparison.Ordinal)).ToList())
        {
            var digest = pin[^16..];
            var pins = new Pins(ledger, ledger.AlgorithmLinkPin(name), pin);
            StructOps.Mechanisms.First(mechanism => mechanism.Holds(pins)).Detach(pins);
            ledger.Remove(pin);
            ledger.Remove(ledger.AlgorithmDataPin(name, digest));
        }
    }
}
