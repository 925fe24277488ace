using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class NameBookTests
{
    private readonly FakeLookup _lookup = new();
    private readonly NameBook _names = new();
    private readonly List<string> _told = [];

    [Fact]
    public void Update_FirstAnswer_IsAChangeThatNobodyIsTold()
    {
        _lookup["app"] = "10.0.0.1 10.0.0.2";

        Assert.True(Ask());
        Assert.Equal("10.0.0.1 10.0.0.2", Known());
        Assert.Empty(_told);
    }

    [Fact]
    public void Update_SameAddressesInAnotherOrder_IsNoChange()
    {
        _lookup["app"] = "10.0.0.1 10.0.0.2";
        Ask();
        _lookup["app"] = "10.0.0.2 10.0.0.1";

        Assert.False(Ask());
        Assert.Equal("10.0.0.1 10.0.0.2", Known());
        Assert.Empty(_told);
    }

    [Fact]
    public void Update_OtherAddresses_IsAChangeAndTold()
    {
        _lookup["app"] = "10.0.0.1";
        Ask();
        _lookup["app"] = "10.0.0.3";

        Assert.True(Ask());
        Assert.Equal("10.0.0.3", Known());
        Assert.Equal(["app is now 10.0.0.3 (was 10.0.0.1)"], _told);
    }

    [Fact]
    public void Update_FailureAfterSuccess_KeepsTheLastAddressesAndIsToldOnce()
    {
        _lookup["app"] = "10.0.0.1";
        Ask();
        _lookup["app"] = "";

        Assert.False(Ask());
        Assert.False(Ask());
        Assert.Equal("10.0.0.1", Known());
        Assert.Equal(["app cannot be looked up (no such name); its last addresses stay: 10.0.0.1"], _told);
    }

    [Fact]
    public void Update_FoundAgain_IsTold()
    {
        _lookup["app"] = "10.0.0.1";
        Ask();
        _lookup["app"] = "";
        Ask();
        _lookup["app"] = "10.0.0.1";

        Assert.False(Ask());
        Assert.Equal("app is found again: 10.0.0.1", _told[^1]);
    }

    [Fact]
    public void Update_FailureAtFirst_IsToldAndLeavesNothing()
    {
        Assert.False(Ask());
        Assert.Empty(_names.Addresses);
        Assert.Equal(["app cannot be looked up: no such name"], _told);
    }

    private bool Ask() => _names.Update([NameAnswer.Of(_lookup, "app")], change => _told.Add(change.Sentence));

    private string Known() => string.Join(' ', _names.Addresses["app"]);
}
