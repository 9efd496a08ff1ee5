using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Provides the programs of chains.</summary>
/// <param name="ledger">The ledger that they belong to.</param>
/// <param name="objects">The object that stages are linked into.</param>
/// <param name="maps">The maps that they use.</param>
internal sealed class ChainPrograms(LedgerDirectory ledger, AdapterObjects objects, SharedMapKind maps)
{
    /// <summary>Those that scopes may share.</summary>
    internal SharedPrograms Shared { get; } = new(ledger);

    /// <summary>Does something with the program of a chain: one that other scopes have already, or one that is loaded.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="use">What is done; what it leaves refers to the program.</param>
    /// <returns>What came of that, or the stages that the kernel refuses.</returns>
    /// <exception cref="BpfException">The program cannot be loaded, and no stage is to blame.</exception>
    internal Outcome With(DesiredChain chain, Func<KernelHandle, Outcome> use)
    {
        var kind = KindOf(chain);
        /* The whole host has a program of its own, which looks for no scope. */
        using var others = kind.Depth == 0 ? null : Shared.TryOpen(kind, maps.Require().StateId);
        if (others is not null)
        {
            return use(others);
        }

        using var loaded = TryLoad(chain, out var failure);
        if (loaded is null)
        {
            var rejections = Blame(chain);
            return rejections.IsEmpty ? throw failure! : Outcome.Refused(rejections);
        }

        var id = KernelInfo.ProgramId(loaded.ProgramFd());
        Shared.Loaded(kind, id);
        using var program = ChainObserver.OpenProgram(id);
        return use(program);
    }

    /// <summary>What programs have in common that can take each other's place.</summary>
    internal SharedProgram KindOf(DesiredChain chain) =>
        new(DesiredDigest.OfChain(chain, objects.SockopsChain.Digest), ChainRecord.DepthOf(chain.Scope));

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
                    var kind = KindOf(chain);
                    loaded.SetInitialValue(
                        ".rodata",
                        kind.Depth == 0
                            ? ChainRecord.Encode(chain, kind.Digest, ledger.Id)
                            : ChainRecord.EncodeShared(chain, kind.Digest, ledger.Id)
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
