using Weir.Hosting;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Tests.Hosting;

public sealed class ErrorBookTests
{
    private static readonly ConfigurationError _wrong = new() { Resource = "listener", Property = "", Message = "no certificate" };
    private static readonly ConfigurationError _other = new() { Resource = "listener", Property = "", Message = "no key" };

    private readonly ErrorBook _book = new();

    private static Dictionary<string, TlsFileLook> Read(string digest) => new() { ["a.pem"] = new TlsFileLook(1, default, digest, default, 1) };

    [Fact]
    public void Has_OfWhatAReloadHasSaid_IsTrueOfEachOfIt()
    {
        _book.Replace([_wrong, _other], Read("1"));
        Assert.True(_book.Has([_wrong], Read("1")));
        // The watch need not read all that the reload has.
        Assert.True(_book.Has([_other], new Dictionary<string, TlsFileLook>()));
    }

    [Fact]
    public void Has_OfAnotherErrorOrOtherContents_IsFalse()
    {
        Assert.False(_book.Has([_wrong], Read("1")));
        _book.Replace([_wrong], Read("1"));
        Assert.False(_book.Has([_wrong, _other], Read("1")));
        Assert.False(_book.Has([_wrong], Read("2")));
    }

    [Fact]
    public void Has_OfWhatWasSaidBeforeTheLastReloadOrBeforeItWasCleared_IsFalse()
    {
        _book.Replace([_wrong], Read("1"));
        _book.Replace([_other], Read("1"));
        Assert.False(_book.Has([_wrong], Read("1")));
        _book.Clear();
        Assert.False(_book.Has([_other], Read("1")));
    }
}
