using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.AccessLogs.Tests.Reading;

public sealed class RequestKindTests
{
    [Theory]
    [InlineData("GET http://a.test:80/", "GET http://a.test:80/")]
    [InlineData("GET http://a.test:80", "GET http://a.test:80")]
    [InlineData("GET http://10.0.0.1:8080/about", "GET http://10.0.0.1:8080/about")]
    [InlineData("GET http://a.test:80/bad/4", "GET http://a.test:80/bad/#")]
    [InlineData("GET http://a.test:80/bad/40", "GET http://a.test:80/bad/#")]
    [InlineData("GET http://a.test:80/page12-3.html", "GET http://a.test:80/page#-#.html")]
    [InlineData("GET http://a.test:80/users/e3e70682-c209-4cac-629f-6fbed82c07cd/avatar", "GET http://a.test:80/users/#/avatar")]
    [InlineData("GET http://a.test:80/export/723379a9ae5c04ac3e48aedf", "GET http://a.test:80/export/#")]
    [InlineData("GET http://a.test:80/i/723379A9AE5C04AC.jpg", "GET http://a.test:80/i/#.jpg")]
    [InlineData("GET http://a.test:80/day/2026-11-27/all", "GET http://a.test:80/day/#/all")]
    [InlineData("GET http://a.test:80/o/01ARZ3NDEKTSV4RRFFQ69G5FAV/x", "GET http://a.test:80/o/#/x")]
    [InlineData("GET http://a.test:80/o/V1StGXR8_Z5jdHi6B-myT", "GET http://a.test:80/o/#")]
    [InlineData("GET http://a.test:80/api/v2/facade", "GET http://a.test:80/api/v#/facade")]
    [InlineData("GET http://a.test:80/terms-of-service", "GET http://a.test:80/terms-of-service")]
    [InlineData("GET http://a.test:80/s3/a b", "GET http://a.test:80/s#/a b")]
    [InlineData("GET /no-host/7", "GET /no-host/#")]
    public void Write_TakesOutWhatTellsThingsApart(string request, string kind)
    {
        byte[] buffer = new byte[RequestKind.MaxBytes];
        byte[] bytes = Encoding.UTF8.GetBytes(request);
        Assert.Equal(kind, Encoding.UTF8.GetString(buffer, 0, RequestKind.Write(bytes, buffer)));
        Assert.Equal(RequestKind.HashOf(Encoding.UTF8.GetBytes(kind.Replace("#", "7", StringComparison.Ordinal))), RequestKind.HashOf(bytes));
    }

    [Theory]
    [InlineData("GET http://a.test:80/p/red-shoe", "GET http://a.test:80/p/blue-shirt-with-dots", true)]
    [InlineData("GET http://a.test:80/p/red-shoe/", "GET http://a.test:80/p/blue-shirt/", true)]
    [InlineData("GET http://a.test:80/p/red-shoe", "POST http://a.test:80/p/red-shoe", false)]
    [InlineData("GET http://a.test:80/p/red-shoe", "GET http://a.test:80/q/red-shoe", false)]
    public void FamilyOf_KindsThatDifferInTheirLastPart_IsTheSame(string one, string other, bool areSame)
    {
        ulong first = RequestKind.HashOf(Encoding.UTF8.GetBytes(one)), second = RequestKind.HashOf(Encoding.UTF8.GetBytes(other));

        Assert.NotEqual(first, second);
        Assert.Equal(areSame, RequestKind.FamilyOf(first) == RequestKind.FamilyOf(second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/7")]
    public void HashOf_WhatIsLongerThanThereIsRoomFor_IsThatOfItsBegin(string end)
    {
        string begin = $"GET http://a.test:80{end}" + string.Concat(Enumerable.Repeat("/x", RequestKind.MaxBytes / 2));
        Assert.Equal(
            RequestKind.HashOf(Encoding.UTF8.GetBytes(begin + "1")), RequestKind.HashOf(Encoding.UTF8.GetBytes(begin + "y")));
    }
}
