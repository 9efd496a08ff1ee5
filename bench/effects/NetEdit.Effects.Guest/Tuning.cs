namespace NetEdit.Effects.Guest;

/// <summary>The agent as it is published, on a directory of policies that comes and goes by rename as an operator's does.</summary>
internal sealed class Tuning : IDisposable
{
    private static readonly string Examples = Path.Combine(AppContext.BaseDirectory, "policies");

    private readonly string _root = Directory.CreateDirectory($"/run/netedit-effects-{Environment.ProcessId}").FullName;
    private readonly string _policies;
    private readonly AgentProcess _agent;

    public Tuning()
    {
        _policies = Path.Combine(_root, "policies");
        Directory.CreateDirectory(_policies);
        // It does nothing by itself while something is measured.
        _agent = AgentProcess.Start(
            ["--policies", _policies, "--state", Path.Combine(_root, "state"), "--interval", "1h", "--allow-empty"],
            Path.Combine(_root, "agent.sock")
        );
        _agent.WaitForFirstPass();
    }

    /// <summary>Applies one of <c>bench/effects/policies</c>.</summary>
    /// <exception cref="InvalidOperationException">It is less than Active.</exception>
    public void Apply(string policy)
    {
        var temporary = Path.Combine(_policies, "." + policy);
        File.Copy(Path.Combine(Examples, policy + ".yaml"), temporary, overwrite: true);
        Native.Rename(temporary, Path.Combine(_policies, policy + ".yaml"));
        var status = _agent.Reconcile();
        foreach (
            var feature in status["policies"]!.AsArray().Single(other => (string?)other!["policy"] == policy)![
                "features"
            ]!.AsArray()
        )
        {
            if ((string?)feature!["state"] is not "Active")
            {
                throw new InvalidOperationException($"policy {policy} is not active: {feature}");
            }
        }
    }

    /// <summary>Removes it.</summary>
    public void Remove(string policy)
    {
        File.Delete(Path.Combine(_policies, policy + ".yaml"));
        _agent.Reconcile();
    }

    public void Dispose()
    {
        _agent.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
