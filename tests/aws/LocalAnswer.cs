using System.Text;

namespace Weir.Tests.Aws;

/// <summary>What a <see cref="LocalHttpServer"/> answers.</summary>
/// <param name="Status">The code.</param>
/// <param name="Body">Announced whole by its length.</param>
/// <param name="HangsUpAfter">How many bytes of the body are sent before the connection is closed; null for all, and no close.</param>
internal sealed record LocalAnswer(int Status, byte[] Body, int? HangsUpAfter = null)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public static LocalAnswer Xml(string body, int status = 200) =>
        new(status, Encoding.UTF8.GetBytes(body)) { Headers = { ["Content-Type"] = "text/xml" } };

    public static LocalAnswer Json(string body) => new(200, Encoding.UTF8.GetBytes(body)) { Headers = { ["Content-Type"] = "application/json" } };
}
