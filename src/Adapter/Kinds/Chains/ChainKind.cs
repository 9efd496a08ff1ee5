using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Chains: the one program of each scope.</summary>
internal sealed class ChainKind(
    LedgerDirectory ledger,
    Cgroups? cgroups,
    AdapterObjects objects,
    SharedMapKind maps,
    Func<CapabilityReport> capabilities
) : IKernelKind
{
    private static readonly SockopsHookpoint Sockops = new();

    private readonly ChainObserver _observer = new(ledger, cgroups);

    /// <inheritdoc/>
    public void Observe(Observation observation) =>
        observation.State = observation.State with
        {
            Chains = _observer.Observe(observation.Maps?.StateId ?? 0, observation.Orphans, observation.Misplaced),
        };

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<AttachChain>(attach => Attach(attach.Chain));
        handlers.On<UpdateChain>(update => Update(update.Chain));
        handlers.On<RestoreChainPin>(restore => RestorePin(restore.Scope));
        handlers.On<DetachChain>(detach => Detach(detach.Scope));
    }

    private Outcome Attach(DesiredChain chain) =>
        Load(
            chain,
            (loaded, mechanism) =>
            {
                using var cgroup = (cgroups ?? throw new BpfException("no cgroup v2 hierarchy is mounted")).Open(
                    chain.Scope
                );
                LostChains.RequireNone(ledger, cgroup.Fd, chain.Scope);
                var program = PinProgram(chain, loaded);
                try
                {
                    Link(chain.Scope).Keep(mechanism.Attach(loaded, new AttachPoint(cgroup.Fd)));
                }
                catch (BpfException refused)
                    when (refused.Errno == BpfError.Eperm
                        && ForeignPrograms.FindExclusive(cgroups, chain.Scope, Interop.Bpf.AttachCgroupSockOps)
                            is { } exclusive
                    )
                {
                    ledger.Remove(program);
                    throw new BpfException($"{refused.Message}; {exclusive}") { Errno = refused.Errno };
                }
                catch
                {
                    ledger.Remove(program);
                    throw;
                }

                return Outcome.Undoable(() => Detach(chain.Scope));
            }
        );

    /* Held open, the former program can be put back whatever becomes of its pin. */
    private Outcome Update(DesiredChain chain) =>
        Load(
            chain,
            (loaded, _) =>
                Attached(chain.Scope)
                    .TransferTo(former =>
                    {
                        var formerPins = GenerationPin.In(ledger.ChainDirectory(chain.Scope));
                        var made = PinProgram(chain, loaded);
                        try
                        {
                            Link(chain.Scope).Update(loaded.ProgramFd(), "the chain");
                        }
                        catch
                        {
                            ledger.Remove(made);
                            throw;
                        }

                        try
                        {
                            formerPins.ForEach(pin => ledger.Remove(pin.Path));
                        }
                        catch
                        {
                            PutBack();
                            throw;
                        }

                        return Outcome.Undoable(PutBack, former);

                        void PutBack()
                        {
                            Link(chain.Scope).Update(former.Fd, "the chain by the former one");
                            formerPins
                                .TakeLast(1)
                                .Where(pin => !HostFiles.Exists(pin.Path))
                                .ToList()
                                .ForEach(pin => LedgerDirectory.Pin(former.Fd, pin.Path));
                            ledger.Remove(made);
                        }
                    })
        );

    private Outcome Detach(string scope)
    {
        using var programs = HeldPins.Of(GenerationPin.In(ledger.ChainDirectory(scope)).Select(pin => pin.Path));
        try
        {
            /* The link goes last: until then nothing has changed that cannot be put back. */
            programs.Paths.ToList().ForEach(ledger.Remove);
            Link(scope).Detach(ledger);
        }
        catch
        {
            programs.PutBack();
            throw;
        }

        return Outcome.Done;
    }

    private Outcome RestorePin(string scope)
    {
        using var program = Attached(scope);
        if (ChainObserver.ReadRecord(KernelInfo.Program(program)) is { } record)
        {
            LedgerDirectory.Pin(
                program.Fd,
                ledger.ChainProgramPin(
                    scope,
                    GenerationPin.Next(ledger.ChainDirectory(scope)),
                    record.Digest,
                    record.Features
                )
            );
        }

        return Outcome.Done;
    }

    private LinkPin Link(string scope) => new(ledger.ChainLinkPin(scope));

    private KernelHandle Attached(string scope)
    {
        using var link = Link(scope).Open();
        return ChainObserver.OpenProgram(KernelInfo.Link(link).ProgramId);
    }

    private string PinProgram(DesiredChain chain, LoadedObject loaded)
    {
        var directory = ledger.ChainDirectory(chain.Scope);
        var pin = ledger.ChainProgramPin(
            chain.Scope,
            GenerationPin.Next(directory),
            DesiredDigest.OfChain(chain, objects.SockopsChain.Digest),
            chain.Stages.Select(stage => stage.Feature)
        );
        LedgerDirectory.Pin(loaded.ProgramFd(), pin);
        return pin;
    }

    private Outcome Load(DesiredChain chain, Func<LoadedObject, IMechanism, Outcome> attach)
    {
        var mechanism = Sockops.Choose(capabilities());
        using var loaded = TryLoad(chain, out var failure);
        if (loaded is null)
        {
            var rejections = Blame(chain);
            return rejections.IsEmpty ? throw failure! : Outcome.Refused(rejections);
        }

        return attach(loaded, mechanism);
    }

    private LoadedObject? TryLoad(DesiredChain chain, out BpfException? failure)
    {
        failure = null;
        try
        {
            return LoadedObject
                .Open($"chain of {chain.Scope}", ChainLinker.Link(objects.SockopsChain, chain.Stages))
                .TransferTo(loaded =>
                {
                    maps.Require().GiveTo(loaded);
                    loaded.SetInitialValue(
                        ".rodata",
                        ChainRecord.Encode(
                            chain,
                            DesiredDigest.OfChain(chain, objects.SockopsChain.Digest),
                            ledger.Id,
                            ChainObserver.ReadAttached(ledger, chain.Scope)?.AsFormer ?? []
                        )
                    );
                    loaded.Load();
                    return loaded;
                });
        }
        catch (BpfException refused) when (!refused.IsOfFile)
        {
            failure = refused;
            return null;
        }
    }

    /// <summary>The stages that the kernel refuses, found by loading them one after the other.</summary>
    private ImmutableArray<Rejection> Blame(DesiredChain chain)
    {
        var rejections = ImmutableArray.CreateBuilder<Rejection>();
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
            if (loaded is not null)
            {
                accepted = accepted.Add(stage);
            }
            else if (refused!.IsPassing)
            {
                return []; // that says nothing of the stage
            }
            else
            {
                rejections.Add(
                    new Rejection(stage.Feature, stage.Variant, stage.Program.Object.Digest, refused.Message)
                    {
                        Errno = refused.Errno,
                    }
                );
            }
        }

        return rejections.ToImmutable();
    }
}
