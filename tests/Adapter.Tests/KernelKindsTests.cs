using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

public sealed class KernelKindsTests : IDisposable
{
    private readonly KernelKinds _kinds = new(
        new LedgerDirectory("/sys/fs/bpf/ne-test-none"),
        null,
        AdapterObjects.Embedded,
        () => throw new InvalidOperationException("no capability is needed")
    );

    public void Dispose() => _kinds.Dispose();

    [Fact]
    public void Every_action_has_a_kind_that_executes_it() =>
        _kinds.Executes.ShouldBe(
            typeof(PlanAction)
                .Assembly.GetTypes()
                .Where(type => type.IsSubclassOf(typeof(PlanAction)) && !type.IsAbstract),
            ignoreOrder: true
        );

    /// <summary>A kind that nothing but this test knows is executed, described and undone like any other.</summary>
    [Fact]
    public void An_added_kind_is_two_files_and_no_edited_switch()
    {
        var notes = new NoteKind();
        _kinds.Add(notes);
        var progress = new Lines();

        var result = new PlanRunner(_kinds, new Lock()).Run(
            new Plan("r", [new WriteNote("a"), new WriteNote("b"), new WriteNote(NoteKind.Refused)]),
            progress,
            null,
            null
        );

        notes.Written.ShouldBeEmpty("all of it was undone");
        result.Error.ShouldBe("write note refused: no such note");
        result.Failed.ShouldBe(new WriteNote(NoteKind.Refused));
        result.Undone.ShouldBe([new WriteNote("b"), new WriteNote("a")]);
        result.Done.ShouldBeEmpty();
        progress.ShouldBe([
            "write note a",
            "write note b",
            "write note refused",
            "that failed; taking back the 2 changes before it",
        ]);

        new PlanRunner(_kinds, new Lock())
            .Run(
                new Plan("r", [new WriteNote("a"), new DeleteNote("a"), new WriteNote(NoteKind.Refused)]),
                null,
                null,
                null
            )
            .Done.ShouldBe(
                [new WriteNote("a"), new DeleteNote("a")],
                "what is deleted is in force no longer, and is not undone"
            );
    }

    private sealed record WriteNote(string Text) : PlanAction("test")
    {
        public override ActionPhase Phase => ActionPhase.AddProfiles;

        public override ActionDescription Description => ActionDescription.Create("write", "note", Text);
    }

    private sealed record DeleteNote(string Text) : PlanAction("test")
    {
        public override ActionPhase Phase => ActionPhase.DeleteProfiles;

        public override ActionDescription Description => ActionDescription.Remove("delete", "note", Text);

        public override UndoRule Undo => UndoRule.Final;
    }

    private sealed class NoteKind : IKernelKind
    {
        internal const string Refused = "refused";

        internal List<string> Written { get; } = [];

        public void Handle(ActionHandlers handlers)
        {
            handlers.On<WriteNote>(write =>
            {
                if (write.Text == Refused)
                {
                    throw new BpfException("no such note");
                }

                Written.Add(write.Text);
                return Outcome.Undoable(() => Written.Remove(write.Text));
            });
            handlers.On<DeleteNote>(delete =>
            {
                Written.Remove(delete.Text);
                return Outcome.Done;
            });
        }
    }

    private sealed class Lines : List<string>, IProgress<string>
    {
        public void Report(string value) => Add(value);
    }
}
