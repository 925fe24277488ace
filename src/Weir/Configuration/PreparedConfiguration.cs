using System.Collections.Immutable;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Definitions on their way into force: loaded, their names replaced, compiled.</summary>
/// <param name="Definition">As loaded, names and all; null if loading failed.</param>
/// <param name="Snapshot">Null if there is an error.</param>
/// <param name="Errors">Every error of loading and compiling.</param>
/// <param name="Warnings">What is accepted but has no effect.</param>
internal sealed record PreparedConfiguration(
    BalancerDefinition? Definition,
    BalancerSnapshot? Snapshot,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings)
{
    /// <summary>Compiles what was loaded with the addresses that are known now.</summary>
    public static PreparedConfiguration From(ConfigurationLoad load, NameBook names)
    {
        if (load.Definition is not { } definition)
        {
            return new PreparedConfiguration(null, null, load.Errors, load.Warnings);
        }

        SnapshotCompilation compiled = SnapshotCompiler.Compile(HostNames.Replace(definition, names.Addresses));
        return new PreparedConfiguration(
            definition, compiled.Snapshot, compiled.Errors, [.. load.Warnings, .. compiled.Warnings.Distinct()]);
    }
}
