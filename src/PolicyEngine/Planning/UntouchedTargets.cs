using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What a plan leaves as it is.</summary>
internal static class UntouchedTargets
{
    /// <summary>
    /// Both states without these targets, so that nothing is planned for them. What attached chains of scopes among them need
    /// stays: their rules remain in the table, which is written as a whole, and their profiles are neither written nor deleted.
    /// </summary>
    public static (DesiredState Desired, ObservedState Observed) LeaveOut(
        DesiredState desired,
        ObservedState observed,
        IReadOnlySet<ChangeTarget> untouched
    )
    {
        var scopes = untouched.OfType<ScopeTarget>().Select(target => target.Scope).ToHashSet(StringComparer.Ordinal);
        var attachments = untouched.OfType<AttachmentTarget>().Select(target => target.Key).ToHashSet();
        var sysctls = untouched
            .OfType<SysctlTarget>()
            .Select(target => target.Key)
            .Concat(desired.Sysctls.Where(sysctl => untouched.Contains(sysctl.Group)).Select(sysctl => sysctl.Key))
            .ToHashSet();

        // Several chains may have a key; what one that changes goes by changes for all.
        var changing = desired
            .Chains.Where(chain => !scopes.Contains(chain.Scope))
            .Select(chain => chain.Key)
            .ToHashSet();
        var wanted = desired
            .Chains.Where(chain => scopes.Contains(chain.Scope))
            .Select(chain => chain.Key)
            .Except(changing)
            .ToHashSet();

        // Rules of chains that are in neither state may be those of one that is attached there and cannot be seen.
        var others = observed
            .Chains.Where(chain => !scopes.Contains(chain.Scope))
            .Select(chain => chain.Key)
            .Except(observed.Chains.Where(chain => scopes.Contains(chain.Scope)).Select(chain => chain.Key))
            .Concat(changing)
            .ToHashSet();
        var ports = desired
            .Rules.Ports.Where(range => !wanted.Contains(range.Chain))
            .Concat(observed.Rules.Ports.Where(range => !others.Contains(range.Chain)));
        var prefixes = desired
            .Rules.Prefixes.Where(rule => !wanted.Contains(rule.Chain))
            .Concat(observed.Rules.Prefixes.Where(rule => !others.Contains(rule.Chain)));
        var origins = desired
            .Rules.Origins.Where(origin => !wanted.Contains(origin.Chain))
            .Concat(observed.Rules.Origins.Where(origin => !others.Contains(origin.Chain)));
        var kept = observed
            .Rules.Prefixes.Where(rule => !others.Contains(rule.Chain))
            .Select(rule => rule.Profile)
            .ToHashSet();
        return (
            desired with
            {
                Chains = desired.Chains.RemoveAll(chain => scopes.Contains(chain.Scope)),
                Attachments = desired.Attachments.RemoveAll(attachment => attachments.Contains(attachment.Key)),
                Sysctls = desired.Sysctls.RemoveAll(sysctl => sysctls.Contains(sysctl.Key)),
                Profiles = desired.Profiles.RemoveAll(profile =>
                    wanted.Contains(profile.Chain) || kept.Contains(profile.Id)
                ),
                Rules = new RuleTable(ports, prefixes, origins),
            },
            observed with
            {
                Chains = observed.Chains.RemoveAll(chain => scopes.Contains(chain.Scope)),
                Attachments = observed.Attachments.RemoveAll(attachment => attachments.Contains(attachment.Key)),
                Sysctls = observed.Sysctls.RemoveAll(sysctl => sysctls.Contains(sysctl.Key)),
                Live = observed.Live.RemoveAll(program => scopes.Contains(program.Scope)),
                Profiles = observed.Profiles.RemoveRange(kept),
            }
        );
    }
}
