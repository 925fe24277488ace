using System.Collections.Immutable;
using Weir.Balancer;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Definitions on their way into force: loaded, their names replaced, compiled.</summary>
/// <param name="Definition">As loaded, names and all; null if loading failed.</param>
/// <param name="Snapshot">Null if there is an error.</param>
/// <param name="Tls">What was made of the files of certificates; null if there is no TLS, or an error.</param>
/// <param name="Errors">Every error of loading and compiling.</param>
/// <param name="Warnings">What is accepted, and its author should know: it has no effect, or a certificate expires.</param>
internal sealed record PreparedConfiguration(
    BalancerDefinition? Definition,
    BalancerSnapshot? Snapshot,
    BalancerTls? Tls,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings)
{
    /// <summary>Compiles what was loaded with the addresses that are known now, and reads the files that it names.</summary>
    /// <param name="load">What was loaded.</param>
    /// <param name="names">The addresses.</param>
    /// <param name="tickets">What TLS clients resume with.</param>
    public static PreparedConfiguration From(ConfigurationLoad load, NameBook names, TlsTickets tickets)
    {
        PreparedConfiguration compiled = WithNames(load, names, null);
        if (compiled.Snapshot is not { UsesTls: true } snapshot)
        {
            return compiled;
        }

        BalancerTls? tls = tickets.Load(snapshot, out ImmutableArray<ConfigurationError> problems, out ImmutableArray<ConfigurationWarning> remarks);
        return compiled with
        {
            Snapshot = problems.IsEmpty ? snapshot : null,
            Tls = tls,
            Errors = problems,
            Warnings = [.. compiled.Warnings, .. remarks],
        };
    }

    /// <summary>
    /// As <see cref="From"/>, of a configuration that is in force: what was made of its files serves it on, whatever is in them by now.
    /// </summary>
    /// <param name="load">What was loaded.</param>
    /// <param name="names">The addresses.</param>
    /// <param name="tls">What is in force with it.</param>
    public static PreparedConfiguration WithNames(ConfigurationLoad load, NameBook names, BalancerTls? tls)
    {
        if (load.Definition is not { } definition)
        {
            return new PreparedConfiguration(null, null, null, load.Errors, load.Warnings);
        }

        SnapshotCompilation compiled = SnapshotCompiler.Compile(HostNames.Replace(definition, names.Addresses));
        return new PreparedConfiguration(
            definition,
            compiled.Errors.IsEmpty ? compiled.Snapshot : null,
            tls,
            compiled.Errors,
            [.. load.Warnings, .. compiled.Warnings.Distinct()]);
    }
}
