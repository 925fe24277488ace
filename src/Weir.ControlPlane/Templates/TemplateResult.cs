using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>What loading a template came to: definitions, or the errors that prevent them. Immutable.</summary>
/// <param name="Definition">Null if there is an error. It has passed the model's validation; hosts are not resolved.</param>
/// <param name="Errors">Every error found, in the order of the file.</param>
/// <param name="Warnings">What the loader left out; the snapshot compiler has its own.</param>
public sealed record TemplateResult(
    BalancerDefinition? Definition,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings);
