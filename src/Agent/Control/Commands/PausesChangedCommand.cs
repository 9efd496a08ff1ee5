using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Takes in what <c>pause</c> and <c>resume</c> have told the kernel themselves.</summary>
internal sealed class PausesChangedCommand(WorkQueue queue) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "pauses-changed";

    /// <inheritdoc/>
    public Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        queue.Wake(PassTrigger.PausesChanged);
        return Task.FromResult(new ControlResponse(null, null));
    }
}
