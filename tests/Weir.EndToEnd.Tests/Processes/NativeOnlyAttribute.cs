using Xunit.v3;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Long tests of what no compiler changes (servers, protocols, memory, gigabytes), or of what only the native one may lose. They run on the
/// native file, which ships; eng/test.sh leaves them out where the same tests run on the other build.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NativeOnlyAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Build", "native")];
}
