using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.AccessLogs.Tests.Reading;

public sealed class RequestKindCacheTests
{
    // More than it keeps, and each twice, so that some are found and most have been replaced.
    [Fact]
    public void HashOf_WhateverItKeeps_IsThatOfTheKind()
    {
        var cache = new RequestKindCache();
        var random = new Random(1);
        for (int i = 0; i < 40_000; i++)
        {
            int page = random.Next(20_000);
            byte[] request = Encoding.ASCII.GetBytes($"GET http://a.test:80/page-{(char)('a' + (page % 26))}/{(char)('a' + (page / 26 % 26))}/{page}");
            Assert.Equal(RequestKind.HashOf(request), cache.HashOf(request));
            Assert.Equal(RequestKind.HashOf(request), cache.HashOf(request));
        }
    }

    [Fact]
    public void HashOf_OfARequestThatCouldNotBeRead_IsNone() => Assert.Equal(0UL, new RequestKindCache().HashOf([]));
}
