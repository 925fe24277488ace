using System.Collections.Immutable;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>What loading came to: definitions, or the errors that prevent them.</summary>
internal sealed record ConfigurationLoad(
    BalancerDefinition? Definition,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings);
