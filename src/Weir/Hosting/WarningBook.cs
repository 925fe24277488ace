using Weir.Model;

namespace Weir.Hosting;

/// <summary>The warnings that have been said of the configuration in force, so that each is said once. Owned by the control thread.</summary>
internal sealed class WarningBook
{
    private HashSet<ConfigurationWarning> _said = [];

    /// <summary>Takes what a load gives rise to in place of what was said before.</summary>
    /// <returns>Those that have not been said.</returns>
    public IReadOnlyList<ConfigurationWarning> Replace(IReadOnlyCollection<ConfigurationWarning> warnings)
    {
        ConfigurationWarning[] news = [.. warnings.Where(warning => !_said.Contains(warning))];
        _said = [.. warnings];
        return news;
    }

    /// <summary>Takes what there is to be said besides, as time passes.</summary>
    /// <returns>Likewise.</returns>
    public IReadOnlyList<ConfigurationWarning> Add(IEnumerable<ConfigurationWarning> warnings) => [.. warnings.Where(_said.Add)];
}
