using Weir.Diagnosing;

namespace Weir.Tests.Diagnosing;

public sealed class InertTextTests
{
    [Theory]
    [InlineData("plain /a?b=c [bold]", "plain /a?b=c [bold]")]
    [InlineData("\u001b[31mred", "\\x1b[31mred")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("a\r\nb\tc\0", "a\\x0d\\x0ab\\x09c\\x00")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    [InlineData("\u2066x\u2069", "\\u2066x\\u2069")]
    [InlineData("a\u200bb\ufeffc", "a\\u200bb\\ufeffc")]
    [InlineData("\u05d0\u0627", "\\u05d0\\u0627")]
    [InlineData("line\u2028two", "line\\u2028two")]
    [InlineData("\U000e0041tag", "\\U000e0041tag")]
    [InlineData("\ufffd stays, é and 語 too", "\ufffd stays, é and 語 too")]
    [InlineData("e\u0301\u0302\u0303\u0304", "e\u0301\u0302\\u0303\\u0304")]
    public void Of_Text_IsShownAndDoesNothing(string text, string shown) => Assert.Equal(shown, InertText.Of(text));

    [Fact]
    public void Of_LongText_IsCut()
    {
        string shown = InertText.Of(new string('x', 100_000));

        Assert.Equal(InertText.MaxLength + 1, shown.Length);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }
}
