using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Maps;

/// <summary>Layouts of <c>bpf/include/netedit/abi.h</c>. A test compares them with the BTF of the compiled chain.</summary>
internal static class Abi
{
    internal const int Stages = DesiredChain.MostStages;
    internal const int NameBytes = FeatureLimits.NameLength + 1;
    internal const int PathBytes = CgroupPath.MostBytes + 1;
    internal const int PortPage = 256;

    /// <summary><c>struct netedit_state</c>.</summary>
    internal static class State
    {
        internal const int Generation = 0;
        internal const int Paused = 4;
        internal const int Pauses = 5;
        internal const int Records = 6;
        internal const int Times = 7;
        internal const int Seed = 8;
        internal const int PausedIds = 16;
        internal const int PausedNames = PausedIds + (PauseTarget.Most * sizeof(ulong));
        internal const int NameBytes = 80;
        internal const int Listeners = PausedNames + (PauseTarget.Most * NameBytes);
        internal const int Size = Listeners + sizeof(ulong);
    }

    /// <summary><c>struct netedit_port_key</c> and <c>struct netedit_port_page</c>.</summary>
    internal static class Port
    {
        internal const int KeySize = 8;
        internal const int PageSize = PortPage * sizeof(ushort);
    }

    /// <summary><c>struct netedit_rule_key</c>; the value is the profile's id.</summary>
    internal static class Rule
    {
        internal const int KeySize = 28;
        internal const int ValueSize = 8;
        internal const int Chain = 4;
        internal const int PortClass = 8;
        internal const int Direction = 10;
        internal const int Origin = 11;
        internal const int Peer = 12;
        internal const int FixedBits = 64;
    }

    /// <summary><c>struct netedit_range</c>.</summary>
    internal static class Range
    {
        internal const int Size = 16;
        internal const int Groups = 256;
        internal const int GroupTries = 4;
        internal const int Steps = 16;
    }

    /// <summary><c>struct netedit_origin_key</c>; the value is a class.</summary>
    internal static class Origin
    {
        internal const int Chain = 4;
        internal const int Kind = 8;
        internal const int Value = 12;
        internal const int ValueBytes = 16;
        internal const int KeySize = Value + ValueBytes;
        internal const int ClassSize = sizeof(uint);
        internal const int FixedBits = 64;
    }

    /// <summary><c>struct netedit_counters</c>, one per possible CPU.</summary>
    internal static class Counters
    {
        internal const int Connections = Stages;
        internal const int Size = (Stages + 1) * sizeof(ulong);
    }

    /// <summary><c>struct netedit_measures</c>, one per possible CPU.</summary>
    internal static class Measures
    {
        internal const int Kinds = 4;
        internal const int Buckets = 112;
        internal const int DurationShift = 4;
        internal const int Sums = 1;
        internal const int FirstBucket = Sums + Kinds;
        internal const int Words = FirstBucket + (Kinds * Buckets);
        internal const int Size = Words * sizeof(ulong);
    }

    /// <summary><c>struct netedit_event_key</c>; the value is a count.</summary>
    internal static class Event
    {
        internal const int KeySize = 16;
        internal const int Slot = 8;
        internal const int Kind = 10;
        internal const int Error = 12;
        internal const int Failed = 1;
    }

    /// <summary><c>struct netedit_connection</c>, of a socket's storage.</summary>
    internal static class Connection
    {
        internal const int Profile = 0;
        internal const int AppliedProfile = 8;
        internal const int Chain = 16;
        internal const int AppliedChain = 20;
        internal const int Generation = 24;
        internal const int Applied = 30;
        internal const int WalkKept = 34;
        internal const int WalkResult = 38;
        internal const int Errors = 40;
        internal const int Size = Errors + Stages + sizeof(ulong);
        internal const int WalkSkipped = 2;
        internal const int WalkDone = 8;
        internal const int WalkAdopted = 16;
        internal const int WalkForgot = 32;
    }

    /// <summary><c>struct netedit_chain</c>.</summary>
    internal static class Chain
    {
        internal const int Key = 0;
        internal const int Operations = 4;
        internal const int Depth = 8;
        internal const int StageOperations = 12;
        internal const int Hz = StageOperations + (Stages * sizeof(uint));
        internal const int FeatureIds = Hz + sizeof(uint);
        internal const int Features = FeatureIds + (Stages * sizeof(ulong));
        internal const int Scope = Features + (Stages * NameBytes);
        internal const int Digest = Scope + PathBytes;
        internal const int Ledger = Digest + NameBytes;
        internal const int Program = Ledger + sizeof(ulong);
        internal const int Size = Program + sizeof(ulong);
        internal const int Formers = 8;
        internal const int FormerSlots = sizeof(uint);
        internal const int FormerSize = FormerSlots + Stages;
        internal const byte NoSlot = 255;

        /// <summary>What versions have that do not say the ledger. Those that do not say the program have other lengths than <see cref="Size"/>.</summary>
        internal const int LeastSize = Ledger;
    }

    /// <summary><c>struct netedit_scope_chain</c>.</summary>
    internal static class ScopeChain
    {
        internal const int Program = 0;
        internal const int Key = sizeof(ulong);
        internal const int Former = 2 * sizeof(ulong);
        internal const int Size = Former + (Chain.Formers * Chain.FormerSize);
    }

    /// <summary><c>struct netedit_scope</c>; the key is the id of a cgroup.</summary>
    internal static class Scope
    {
        internal const int KeySize = sizeof(ulong);
        internal const int Chains = 2;
        internal const int Path = Chains * ScopeChain.Size;
        internal const int Size = Path + PathBytes;
    }

    /// <summary>An entry of the journal of sysctls, which no program reads.</summary>
    internal static class Sysctl
    {
        internal const int TextBytes = 64;
        internal const int Name = sizeof(ulong);
        internal const int KeySize = Name + TextBytes;
        internal const int Paused = 0;
        internal const int Value = 2 * sizeof(uint);
        internal const int Original = Value + TextBytes;
        internal const int Before = Original + TextBytes;
        internal const int Feature = Before + TextBytes;
        internal const int Policy = Feature + TextBytes;
        internal const int Size = Policy + TextBytes;
    }

    /// <summary><c>struct netedit_values</c>.</summary>
    internal static class Values
    {
        internal const int Paused = FeatureLimits.ParameterBytes;
        internal const int TargetId = Paused + (2 * sizeof(uint));
        internal const int Feature = TargetId + sizeof(ulong);
        internal const int Hook = Feature + NameBytes;
        internal const int Digest = Hook + NameBytes;
        internal const int Policy = Digest + NameBytes;
        internal const int PolicyBytes = 64;
        internal const int Target = Policy + PolicyBytes;
        internal const int Size = Target + PathBytes;
    }
}
