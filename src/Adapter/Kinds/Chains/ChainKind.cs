using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Chains: the one program of each scope. Scopes of the same depth and stages share it.</summary>
internal sealed class ChainKind(
    LedgerDirectory ledger,
    Cgroups? cgroups,
    SharedMapKind maps,
    ChainPrograms programs,
    Func<CapabilityReport> capabilities
) : IKernelKind
{
    private static readonly SockopsHookpoint Sockops = new();

    private readonly ChainObserver _observer = new(ledger, cgroups, programs.Shared);

    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        var chains = _observer.Observe(observation.Maps?.StateId ?? 0, observation.Orphans, observation.Misplaced);
        var abandoned = observation.Maps?.ScopeTable.FindAbandoned(
            chains.Select(chain => chain.CgroupId).ToHashSet(),
            chains.Select(chain => chain.Scope).ToHashSet(StringComparer.Ordinal),
            LostChains.HeldCgroups
        );
        observation.State = observation.State with
        {
            Chains = chains,
            Unfinished = observation.State.Unfinished || abandoned == true,
        };
    }

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<AttachChain>(attach => Attach(attach.Chain));
        handlers.On<UpdateChain>(update => Update(update.Chain));
        handlers.On<RestoreChainPin>(restore => RestorePin(restore.Scope));
        handlers.On<DetachChain>(detach => Detach(detach.Scope));
    }

    private Outcome Attach(DesiredChain chain) =>
        programs.With(
            chain,
            program =>
            {
                var mechanism = Sockops.ChooseLink(capabilities());
                using var cgroup = (cgroups ?? throw new BpfException("no cgroup v2 hierarchy is mounted")).Open(
                    chain.Scope
                );
                LostChains.RequireNone(ledger, cgroup.Fd, chain);
                var pin = PinProgram(chain, program);
                try
                {
                    Link(chain.Scope).Keep(mechanism.Attach(program.Fd, new AttachPoint(cgroup.Fd)));
                    Scopes.Write(CgroupOf(chain.Scope), ScopeRecord.Encode(chain, [], before: null));
                }
                catch (BpfException refused)
                    when (refused.Errno == BpfError.Eperm
                        && ForeignPrograms.FindExclusive(cgroups, chain.Scope, Interop.Bpf.AttachCgroupSockOps)
                            is { } exclusive
                    )
                {
                    TakeBack();
                    throw new BpfException($"{refused.Message}; {exclusive}") { Errno = refused.Errno };
                }
                catch
                {
                    TakeBack();
                    throw;
                }

                return Outcome.Undoable(() => Detach(chain.Scope));

                void TakeBack()
                {
                    if (Link(chain.Scope).Exists)
                    {
                        Link(chain.Scope).Detach(ledger);
                    }

                    ledger.Remove(pin);
                }
            }
        );

    /* Held open, the former program can be put back whatever becomes of its pin. */
    private Outcome Update(DesiredChain chain) =>
        programs.With(
            chain,
            program =>
                Attached(chain.Scope)
                    .TransferTo(former =>
                    {
                        var formerPins = GenerationPin.In(ledger.ChainDirectory(chain.Scope));
                        var attached = ChainObserver.ReadAttached(ledger, chain.Scope);
                        var cgroup = CgroupOf(chain.Scope);
                        var before = Scopes.Find(cgroup);
                        var made = PinProgram(chain, program);
                        try
                        {
                            /* Until the link is updated, the former program must find itself there, too. */
                            Scopes.Write(
                                cgroup,
                                ScopeRecord.Encode(
                                    chain,
                                    attached?.AsFormer ?? [],
                                    attached is { ScopeRecord: { } record } ? (record, attached.Program.Program) : null
                                )
                            );
                            Link(chain.Scope).Update(program.Fd, "the chain");
                        }
                        catch
                        {
                            RestoreScope();
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
                            RestoreScope();
                            formerPins
                                .TakeLast(1)
                                .Where(pin => !HostFiles.Exists(pin.Path))
                                .ToList()
                                .ForEach(pin => LedgerDirectory.Pin(former.Fd, pin.Path));
                            ledger.Remove(made);
                        }

                        void RestoreScope()
                        {
                            if (before is not null)
                            {
                                Scopes.Write(cgroup, before);
                            }
                            else
                            {
                                Scopes.Remove(cgroup);
                            }
                        }
                    })
        );

    private Outcome Detach(string scope)
    {
        using var pins = HeldPins.Of(GenerationPin.In(ledger.ChainDirectory(scope)).Select(pin => pin.Path));
        var entry = EntryOf(scope);
        try
        {
            /* The link goes last: until then nothing has changed that cannot be put back. */
            if (entry is { } there)
            {
                Scopes.Remove(there.Cgroup);
            }

            pins.Paths.ToList().ForEach(ledger.Remove);
            Link(scope).Detach(ledger);
        }
        catch
        {
            pins.PutBack();
            if (entry is { } gone)
            {
                Scopes.Write(gone.Cgroup, gone.Record);
            }

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

    private ScopeTable Scopes => maps.Require().ScopeTable;

    /// <summary>Id of the cgroup that the chain of a scope is attached to; 0 when it is gone.</summary>
    private ulong CgroupOf(string scope)
    {
        using var link = Link(scope).Open();
        return KernelInfo.Link(link).CgroupId;
    }

    /// <summary>What the shared maps hold of a scope; null when that is nothing.</summary>
    private (ulong Cgroup, byte[] Record)? EntryOf(string scope) =>
        maps.Maps?.ScopeTable is not { } table ? null
        : !Link(scope).Exists || CgroupOf(scope) is not (var cgroup and not 0)
            ? table.Find(path => string.Equals(path, scope, StringComparison.Ordinal))
        : table.Find(cgroup) is { } record ? (cgroup, record)
        : null;

    private LinkPin Link(string scope) => new(ledger.ChainLinkPin(scope));

    private KernelHandle Attached(string scope)
    {
        using var link = Link(scope).Open();
        return ChainObserver.OpenProgram(KernelInfo.Link(link).ProgramId);
    }

    private string PinProgram(DesiredChain chain, KernelHandle program)
    {
        var directory = ledger.ChainDirectory(chain.Scope);
        var pin = ledger.ChainProgramPin(
            chain.Scope,
            GenerationPin.Next(directory),
            programs.KindOf(chain).Digest,
            chain.Stages.Select(stage => stage.Feature)
        );
        LedgerDirectory.Pin(program.Fd, pin);
        return pin;
    }
}
