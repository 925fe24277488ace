using Weir.Hosting;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Tests.Hosting;

public sealed class ErrorBookTests
{
    private static readonly ConfigurationError _wrong = new() { Resource = "listener", Property = "", Message = "no certificate" };
    private static readonly ConfigurationError _other = new() { Resource = "listener", Property = "", Message = "no key" };

    private readonly HandTime _time = new();
    private readonly ErrorBook _book;

    public ErrorBookTests() => _book = new ErrorBook(_time);

    private static Dictionary<string, TlsFileLook> Read(string digest) => new() { ["a.pem"] = new TlsFileLook(1, default, digest, default, 1) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_OfWhatTheOtherHasJustSaid_IsNotSaidAgain(bool watchIsFirst)
    {
        Assert.True(_book.Add([_wrong, _other], Read("1"), watchIsFirst));
        Assert.False(_book.Add([_wrong], Read("1"), !watchIsFirst));
        // It is the one before that counts still.
        Assert.False(_book.Add([_other], Read("1"), !watchIsFirst));
    }

    [Fact]
    public void Add_OfTheSameOnceMore_IsSaid()
    {
        Assert.True(_book.Add([_wrong], Read("1"), byWatch: false));
        Assert.True(_book.Add([_wrong], Read("1"), byWatch: false));
    }

    [Fact]
    public void Add_OfAnotherErrorOrOtherContents_OrLater_IsSaid()
    {
        Assert.True(_book.Add([_wrong], Read("1"), byWatch: false));
        Assert.True(_book.Add([_wrong, _other], Read("1"), byWatch: true));
        Assert.True(_book.Add([_wrong], Read("2"), byWatch: false));
        _time.Advance(CertificateFileWatch.Interval * 2);
        Assert.True(_book.Add([_wrong], Read("2"), byWatch: true));
    }
}
