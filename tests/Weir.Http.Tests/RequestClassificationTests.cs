namespace Weir.Http.Tests;

/// <summary>One row for each line of the desync classifier's tables (http-desync-guardian, ALB user guide).</summary>
public sealed class RequestClassificationTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";

    [Theory]
    // Each header
    [InlineData("CR in a value", Get + "X: a\rb\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("CR in a name", Get + "X\rY: a\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("NUL in a value", Get + "X: a\0b\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("NUL in a name", Get + "X\0: b\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("CR CR LF", Get + "X: a\r\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("space in a name", Get + "X Y: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("space before the colon", Get + "X : a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("non-token in a name", Get + "X(: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("high byte in a name", Get + "X\u00e9: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("control in a value", Get + "X: \u0001\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("DEL in a value", Get + "X: \u007f\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("tab and high bytes in a value", Get + "X: a\tb\u00ff\u0080\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("every token character in a name", Get + "!#$%&'*+-.^_`|~09azAZ: a\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("no name", Get + ": a\r\n\r\n", Classification.Ambiguous, ClassificationReason.EmptyHeader)]
    [InlineData("blank name", Get + "X: b\r\n : a\r\n\r\n", Classification.Ambiguous, ClassificationReason.EmptyHeader)]
    [InlineData("name begins with a colon", Get + ":X: a\r\n\r\n", Classification.Ambiguous, ClassificationReason.EmptyHeader)]
    [InlineData("underscore", Post + "Transfer_Encoding: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("no hyphen", Post + "contentlength: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("blank in front of the colon", Post + "Content-Length : 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("other characters", Post + "(Content.Length): 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("dotless i", Post + "Transfer-Encod\u00c4\u00b1ng: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("long s", Post + "Tran\u00c5\u00bffer-Encoding: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.SuspiciousHeader)]
    [InlineData("digits make another name", Post + "Content-Length1: 1\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("longer name", Post + "X-Content-Length: 1\r\n\r\n", Classification.Compliant, ClassificationReason.None)]

    // Transfer-Encoding and Content-Length together
    [InlineData("1.0 with TE", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]
    [InlineData("1.0 with TE and CL stops", "POST / HTTP/1.0\r\nTransfer-Encoding: x\r\nContent-Length: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]
    [InlineData("0.9 with CL", "POST / HTTP/0.9\r\nContent-Length: x\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedContentLengthSemantics)]
    [InlineData("0.9 with TE", "POST / HTTP/0.9\r\nTransfer-Encoding: x\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]
    [InlineData("unknown coding", Post + "Transfer-Encoding: foo\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("no coding", Post + "Transfer-Encoding:\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("vertical tab", Post + "Transfer-Encoding: \u000bchunked\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("quoted", Post + "Transfer-Encoding: \"chunked\"\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("empty element", Post + "Transfer-Encoding: ,chunked\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("known codings", Post + "Transfer-Encoding: gzip, deflate, compress, identity, Chunked\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("parameters", Post + "Transfer-Encoding: chunked ; q=1\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("chunked twice", Post + "Transfer-Encoding: chunked, chunked\r\n\r\n", Classification.Severe, ClassificationReason.MultipleTransferEncodingChunked)]
    [InlineData("chunked twice in two fields", Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Classification.Severe, ClassificationReason.MultipleTransferEncodingChunked)]
    [InlineData("chunked, something, chunked", Post + "Transfer-Encoding: chunked, identity, chunked\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("CL signed", Post + "Content-Length: +1\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL negative", Post + "Content-Length: -1\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL hexadecimal", Post + "Content-Length: 0x1\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL list", Post + "Content-Length: 1, 1\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL with a space inside", Post + "Content-Length: 1 1\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL of 2^64", Post + "Content-Length: 18446744073709551616\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("CL of 2^64-1", Post + "Content-Length: 18446744073709551615\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("CL empty", Post + "Content-Length: \t \r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("CL differs", Post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", Classification.Severe, ClassificationReason.MultipleContentLength)]
    [InlineData("CL repeated", Post + "Content-Length: 1\r\nContent-Length: 01\r\n\r\n", Classification.Ambiguous, ClassificationReason.DuplicateContentLength)]
    [InlineData("GET with TE", Get + "Transfer-Encoding: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]
    [InlineData("HEAD with TE", "HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]
    [InlineData("GET with CL 0", Get + "Content-Length: 0\r\n\r\n", Classification.Acceptable, ClassificationReason.GetHeadZeroContentLength)]
    [InlineData("HEAD with CL 0", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", Classification.Acceptable, ClassificationReason.GetHeadZeroContentLength)]
    [InlineData("GET with CL", Get + "Content-Length: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedContentLengthSemantics)]
    [InlineData("HEAD with CL", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedContentLengthSemantics)]
    [InlineData("DELETE with CL", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("TE and CL", Post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.BothTeClPresent)]
    [InlineData("TE and bad CL", Post + "Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n", Classification.Severe, ClassificationReason.BadContentLength)]
    [InlineData("GET with TE and CL", Get + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics)]

    // ALB only
    [InlineData("suspicious TE and CL", Post + "Transfer_Encoding: chunked\r\nContent-Length: 1\r\n\r\n", Classification.Severe, ClassificationReason.SuspiciousTeClPresent)]
    [InlineData("TE and suspicious CL", Post + "Transfer-Encoding: chunked\r\nContent_Length: 1\r\n\r\n", Classification.Severe, ClassificationReason.SuspiciousTeClPresent)]

    // The request line
    [InlineData("method with a non-token", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadMethod)]
    [InlineData("custom method", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("1.9", "GET / HTTP/1.9\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("0.9", "GET / HTTP/0.9\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("no version", "GET /\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("spaces after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("1.0", "GET / HTTP/1.0\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadVersion)]
    [InlineData("2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadVersion)]
    [InlineData("1", "GET / HTTP/1\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadVersion)]
    [InlineData("lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadVersion)]
    [InlineData("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadUri)]
    [InlineData("CR in the target", "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Severe, ClassificationReason.BadUri)]
    [InlineData("control in the target", "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Ambiguous, ClassificationReason.AmbiguousUri)]
    [InlineData("tab in the target", "GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Ambiguous, ClassificationReason.AmbiguousUri)]
    [InlineData("DEL in the target", "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Ambiguous, ClassificationReason.AmbiguousUri)]
    [InlineData("high byte in the target", "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Compliant, ClassificationReason.None)]
    [InlineData("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.SpaceInUri)]
    [InlineData("space before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.SpaceInUri)]

    // The text
    [InlineData("bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCrLfLineTermination)]
    [InlineData("bare LF at the end", Get + "\n", Classification.Acceptable, ClassificationReason.NonCrLfLineTermination)]
    [InlineData("folded", Get + "X: a\r\n b\r\n\r\n", Classification.Ambiguous, ClassificationReason.MultilineHeader)]
    [InlineData("folded with a tab", Get + "X: a\r\n\tb\r\n\r\n", Classification.Ambiguous, ClassificationReason.MultilineHeader)]
    [InlineData("folded Content-Type", Get + "Content-Type: a\r\n b\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("no colon", Get + "abc\r\n\r\n", Classification.Ambiguous, ClassificationReason.MissingHeaderColon)]
    [InlineData("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", Classification.Ambiguous, ClassificationReason.MissingUri)]
    [InlineData("method alone", "GET\r\n", Classification.Ambiguous, ClassificationReason.MissingUri)]

    // The order
    [InlineData("the first of a class", "GET /a b HTTP/1.2\r\nHost: a\r\nX(: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantHeader)]
    [InlineData("version before URI", "GET /a b HTTP/1.2\r\nHost: a\r\n\r\n", Classification.Acceptable, ClassificationReason.NonCompliantVersion)]
    [InlineData("a higher class", "GE(T / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", Classification.Severe, ClassificationReason.BadMethod)]
    [InlineData("headers before framing", Post + "X: \0\r\nTransfer-Encoding: foo\r\n\r\n", Classification.Severe, ClassificationReason.BadHeader)]
    [InlineData("TE before CL", Post + "Content-Length: x\r\nTransfer-Encoding: foo\r\n\r\n", Classification.Severe, ClassificationReason.BadTransferEncoding)]
    [InlineData("nothing", Get + "\r\n", Classification.Compliant, ClassificationReason.None)]
    public void Request_OfThisForm_IsClassifiedWithReason(
        string row, string text, Classification classification, ClassificationReason reason)
    {
        RequestHead head = Wire.Request(text, out ParseStatus status);

        Assert.NotEqual(ParseStatus.NeedMore, status);
        Assert.True(
            (classification, reason) == (head.Classification, head.ClassificationReason),
            $"{row}: {head.Classification} {head.ClassificationReason}");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a", ClassificationReason.PartialHeaderLine)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", ClassificationReason.MissingLastEmptyLine)]
    [InlineData("GET / HT", ClassificationReason.PartialHeaderLine)]
    public void EndOfInput_InTheMiddleOfAHead_IsTruncatedAndAmbiguous(string text, ClassificationReason reason)
    {
        byte[] bytes = Wire.Bytes(text);
        RequestHead head = new();
        HeadScanner scanner = default;
        Assert.Equal(ParseStatus.NeedMore, RequestParser.Parse(head, bytes, 0, bytes.Length, ref scanner, out _));

        RequestParser.EndOfInput(head, bytes, 0, bytes.Length, ref scanner);

        Assert.Equal(RequestRefusal.Truncated, head.Refusal);
        Assert.Equal(Classification.Ambiguous, head.Classification);
        Assert.Equal(reason, head.ClassificationReason);
    }
}
