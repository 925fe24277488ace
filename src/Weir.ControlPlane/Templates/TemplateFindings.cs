using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>Collects the errors and warnings of one template while it loads.</summary>
internal sealed class TemplateFindings
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];
    private readonly HashSet<(string Resource, string Property)> _failed = [];

    public bool HasErrors => _errors.Count > 0;

    /// <summary>In the order of the file, each once.</summary>
    public ImmutableArray<ConfigurationError> Errors =>
    [
        .. _errors
            .DistinctBy(static error => error.ToString())
            .OrderBy(static error => error.Location?.Line ?? 0)
            .Take(TemplateLimits.MaxErrors),
    ];

    public ImmutableArray<ConfigurationWarning> Warnings => [.. _warnings.Distinct()];

    public void Error(
        string resource, string property, SourceLocation? location, string message, string? allowed = null)
    {
        _failed.Add((resource, property));
        _errors.Add(new ConfigurationError
        {
            Resource = resource,
            Property = property,
            Message = message,
            Allowed = allowed,
            Location = location,
        });
    }

    public void Warning(string resource, string property, SourceLocation? location, string message) =>
        _warnings.Add(new ConfigurationWarning(resource, property, message, location));

    /// <summary>Takes over what the model found, but not what merely follows from a property that failed here.</summary>
    public void AddUnlessFailed(ImmutableArray<ConfigurationError> errors)
    {
        foreach (var error in errors.Where(error => !IsConsequence(error)))
        {
            _errors.Add(error);
        }
    }

    private bool IsConsequence(ConfigurationError error) => _failed.Any(failed =>
        failed.Resource == error.Resource
        && (failed.Property.StartsWith(error.Property, StringComparison.Ordinal)
            || error.Property.StartsWith(failed.Property, StringComparison.Ordinal)));
}
