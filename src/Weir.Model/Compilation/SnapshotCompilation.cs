using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>What compiling a definition came to: a snapshot, or the errors that prevent one. Immutable.</summary>
/// <param name="Snapshot">Null if there is an error.</param>
/// <param name="Errors">Every error found, not only the first.</param>
/// <param name="Warnings">What is accepted but has no effect yet.</param>
public sealed record SnapshotCompilation(
    BalancerSnapshot? Snapshot,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings);
