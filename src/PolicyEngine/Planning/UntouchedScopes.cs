using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Scopes a plan leaves as they are.</summary>
internal static class UntouchedScopes
{
    /// <summary>
    /// Both states without these scopes, so that nothing is planned for them. What their attached chains need stays: their rules
    /// remain in the table, which is written as a whole, and their profiles are neither written nor deleted.
    /// </summary>
    public static (DesiredState Desired, ObservedState Observed) LeaveOut(DesiredState desired, ObservedState observed, IReadOnlySet<string> scopes)
    {
        var wanted = desired.Chains.Where(chain => scopes.Contains(chain.Scope)).Select(chain => chain.Key).ToHashSet();

        // Rules of chains that are in neither state may be those of one that is attached there and cannot be seen.
        var others = desired.Chains.Where(chain => !scopes.Contains(chain.Scope)).Select(chain => chain.Key)
            .Concat(observed.Chains.Where(chain => !scopes.Contains(chain.Scope)).Select(chain => chain.Key)).ToHashSet();
        var ports = desired.Rules.Ports.Where(range => !wanted.Contains(range.Chain)).Concat(observed.Rules.Ports.Where(range => !others.Contains(range.Chain)));
        var prefixes = desired.Rules.Prefixes.Where(rule => !wanted.Contains(rule.Chain)).Concat(observed.Rules.Prefixes.Where(rule => !others.Contains(rule.Chain)));
        var origins = desired.Rules.Origins.Where(origin => !wanted.Contains(origin.Chain)).Concat(observed.Rules.Origins.Where(origin => !others.Contains(origin.Chain)));
        var sysctls = desired.Sysctls.Where(sysctl => scopes.Contains(sysctl.Group) || scopes.Contains(sysctl.Key.ToString())).Select(sysctl => sysctl.Key)
            .Concat(observed.Sysctls.Where(sysctl => scopes.Contains(sysctl.Key.ToString())).Select(sysctl => sysctl.Key)).ToHashSet();
        var kept = observed.Rules.Prefixes.Where(rule => !others.Contains(rule.Chain)).Select(rule => rule.Profile).ToHashSet();
        return (
            desired with
            {
                Chains = desired.Chains.RemoveAll(chain => scopes.Contains(chain.Scope)),
                Attachments = desired.Attachments.RemoveAll(attachment => scopes.Contains(attachment.Key.ToString())),
                Sysctls = desired.Sysctls.RemoveAll(sysctl => sysctls.Contains(sysctl.Key)),
                Profiles = desired.Profiles.RemoveAll(profile => wanted.Contains(profile.Chain) || kept.Contains(profile.Id)),
                Rules = new RuleTable(ports, prefixes, origins),
            },
            observed with
            {
                Chains = observed.Chains.RemoveAll(chain => scopes.Contains(chain.Scope)),
                Attachments = observed.Attachments.RemoveAll(attachment => scopes.Contains(attachment.Key.ToString())),
                Sysctls = observed.Sysctls.RemoveAll(sysctl => sysctls.Contains(sysctl.Key)),
                Live = observed.Live.RemoveAll(program => scopes.Contains(program.Scope)),
                Profiles = observed.Profiles.RemoveRange(kept),
            });
    }
}
