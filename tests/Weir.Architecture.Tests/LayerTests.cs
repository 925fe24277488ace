using System.Xml.Linq;

namespace Weir.Architecture.Tests;

public sealed class LayerTests
{
    private static readonly Repository _tree = Repository.Current;

    private static IEnumerable<string> Projects(string folder) =>
        _tree.Files.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)
            && path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<XElement> Items(string project, string kind) =>
        XDocument.Parse(_tree.Text(project)).Descendants(kind);

    private static string NameOf(XElement reference) =>
        Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));

    [Fact]
    public void SourceProject_Any_HasARowInTheTable()
    {
        string[] unknown = Projects("src").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => !Layers.MayReference.ContainsKey(name)).ToArray();

        Assert.True(unknown.Length == 0, $"not in {nameof(Layers)}: {string.Join(", ", unknown)}");
    }

    [Fact]
    public void ProjectReference_OfASourceProject_PointsDownTheTable()
    {
        var upward =
            from project in Projects("src")
            let name = Path.GetFileNameWithoutExtension(project)
            let allowed = Layers.MayReference.GetValueOrDefault(name, [])
            from target in Items(project, "ProjectReference").Select(NameOf)
            where !allowed.Contains(target)
            select $"{name} -> {target}";

        Findings.AssertNone(upward, "references against the table of layers");
    }

    [Fact]
    public void Table_Itself_HasNoCycle()
    {
        // Every row may reference only rows that are settled already, starting from those that reference nothing.
        var settled = new HashSet<string>();
        while (Layers.MayReference.FirstOrDefault(row => !settled.Contains(row.Key) && row.Value.All(settled.Contains)) is { Key: { } next })
            settled.Add(next);

        Assert.Equal(Layers.MayReference.Count, settled.Count);
    }

    [Fact]
    public void UnsafeCode_InSource_IsAllowedInHttpAndReactorOnly()
    {
        var projects =
            from project in Projects("src")
            where Items(project, "AllowUnsafeBlocks").Any(item => item.Value == "true")
            let name = Path.GetFileNameWithoutExtension(project)
            where name is not ("Weir.Http" or "Weir.Reactor")
            select name;

        Findings.AssertNone(projects, "projects that allow unsafe code");
    }

    [Fact]
    public void BannedSymbols_OfTheDataPlane_ApplyToEveryDataPlaneProject()
    {
        var without =
            from project in Projects("src")
            where Layers.DataPlane.Contains(Path.GetFileNameWithoutExtension(project))
            where !Items(project, "AdditionalFiles").Any(item => NameOf(item) == "BannedSymbols.DataPlane")
            select project;

        Findings.AssertNone(without, "data-plane projects without BannedSymbols.DataPlane.txt");
    }

    [Fact]
    public void Solution_AndTheTree_HoldTheSameProjects()
    {
        var listed = XDocument.Parse(_tree.Text("Weir.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value.Replace('\\', '/')).ToHashSet();
        var present = _tree.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).ToHashSet();

        Findings.AssertNone(present.Except(listed), "projects that Weir.slnx lacks");
        Findings.AssertNone(listed.Except(present), "projects that Weir.slnx lists and nobody has");
    }
}
