using CsCheck;

namespace Weir.Http.Tests;

/// <summary>Source: RFC 9110 §6.5.1.</summary>
public sealed class TrailerFieldsTests
{
    private static readonly string[] _forbidden =
    [
        "Content-Length: 5\r\n", "transfer-encoding: chunked\r\n", "HOST: a:b\r\n", "Connection: X-Sum\r\n", "Cookie: a=b\r\n",
        "Set-Cookie:\r\n", "Authorization: Basic a\r\n", "Content-Type: a/b\r\n", "X-Forwarded-For: 1.2.3.4\r\n", "Trailer: X-Sum\r\n",
    ];

    private static readonly Gen<(string Line, bool IsForbidden)> _line = Gen.OneOf(
        Gen.Int[0, _forbidden.Length - 1].Select(static index => (_forbidden[index], true)),
        Gen.String[Gen.Char.AlphaNumeric, 0, 12].Select(static text => ($"X-{text}:{text}: Host: a\r\n", false)));

    [Theory]
    [InlineData("", "")]
    [InlineData("X-Sum: 1\r\nY:\r\n", "X-Sum: 1\r\nY:\r\n")]
    [InlineData("X: 1\r\ncontent-length: 5\r\nY: 2\r\n", "X: 1\r\nY: 2\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nX: 1\r\n", "X: 1\r\n")]
    [InlineData("Host: a\r\nContent-Type: a/b\r\n", "")]
    [InlineData("Content-Length-X: 1\r\nX: Host: a\r\n", "Content-Length-X: 1\r\nX: Host: a\r\n")]
    public void RemoveForbidden_Lines_LeavesTheOthers(string lines, string left) => Assert.Equal(left, Filtered(lines));

    [Fact]
    public void RemoveForbidden_AnyLines_KeepsTheOthersInTheirOrder() =>
        _line.List[0, 12].Sample(
            static lines => Assert.Equal(
                string.Concat(lines.Where(static line => !line.IsForbidden).Select(static line => line.Line)),
                Filtered(string.Concat(lines.Select(static line => line.Line)))),
            iter: 3_000);

    private static string Filtered(string lines)
    {
        byte[] bytes = Wire.Bytes(lines);
        return Wire.Text(bytes.AsSpan(0, TrailerFields.RemoveForbidden(bytes)));
    }
}
