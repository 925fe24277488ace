using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

public sealed class ProbeUrlTests
{
    [Theory]
    [InlineData("http://10.0.0.7:3000/health?x=1", false, "10.0.0.7", 3000, "/health?x=1", "10.0.0.7:3000")]
    [InlineData("https://app.internal", true, "app.internal", 443, "/", "app.internal")]
    [InlineData("app:8080", false, "app", 8080, "/", "app:8080")]
    [InlineData("http://[::1]:8080/", false, "::1", 8080, "/", "[::1]:8080")]
    [InlineData("http://app:80/a b", false, "app", 80, "/a%20b", "app")]
    public void Parse_AUrl_HasItsParts(string text, bool isTls, string host, int port, string path, string authority)
    {
        ProbeUrl url = ProbeUrl.Parse(text, out string? error)!;

        Assert.Null(error);
        Assert.Equal((isTls, host, port, path, authority), (url.IsTls, url.Host, url.Port, url.Path, url.Authority));
    }

    [Theory]
    [InlineData("ftp://host/", "'ftp' cannot be probed")]
    [InlineData("http://user:secret@host/", "a user name means nothing here; --header \"Authorization: …\" sends one")]
    [InlineData("http://", "this is not a URL")]
    [InlineData("", "this is not a URL")]
    public void Parse_WhatIsNone_SaysWhy(string text, string expected)
    {
        Assert.Null(ProbeUrl.Parse(text, out string? error));
        Assert.Equal(expected, error);
    }
}
