using System.Reflection;

namespace Weir;

/// <summary>The version that this program was built as.</summary>
internal static class BuildVersion
{
    public static string Text { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? throw new InvalidOperationException("the assembly carries no version");
}
