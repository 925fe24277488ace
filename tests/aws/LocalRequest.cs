namespace Weir.Tests.Aws;

/// <summary>A request as a <see cref="LocalHttpServer"/> received it.</summary>
internal sealed record LocalRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Uri.UnescapeDataString(Target.Split('?')[0]);

    /// <summary>A parameter of the query; null if it is not there.</summary>
    public string? Query(string name) => ValueIn(Target.Contains('?', StringComparison.Ordinal) ? Target.Split('?', 2)[1] : "", name);

    /// <summary>A field of the form in the body; null if it is not there.</summary>
    public string? Form(string name) => ValueIn(Body, name);

    /// <summary>Whose key signed it; null if nobody's.</summary>
    public string? AccessKey => Headers.TryGetValue("Authorization", out string? value) && value.Contains("Credential=", StringComparison.Ordinal)
        ? value.Split("Credential=")[1].Split('/')[0]
        : null;

    private static string? ValueIn(string pairs, string name) => pairs.Split('&').Select(static pair => pair.Split('=', 2))
        .Where(pair => Uri.UnescapeDataString(pair[0]) == name)
        .Select(static pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "").FirstOrDefault();
}
