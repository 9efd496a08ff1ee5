namespace NetEdit.Agent.Control.Commands;

/// <summary>A command on the control socket. A new one is a new file and a line in <see cref="ControlCommands"/>.</summary>
internal interface IControlCommand
{
    /// <summary>What a request says.</summary>
    string Name { get; }

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="expired">Ends the waiting; what has not begun then is not done.</param>
    /// <exception cref="CliException">It cannot be done.</exception>
    /// <exception cref="OperationCanceledException">It expired after it had begun; it goes on.</exception>
    Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired);
}
