using Weir.Hosting;

namespace Weir.Tests.Hosting;

public sealed class CpuQuotaTests
{
    [Theory]
    [InlineData(8, null, 8)]
    [InlineData(8, 8.0, 8)]
    [InlineData(8, 2.0, 2)]
    [InlineData(8, 1.5, 2)]
    [InlineData(8, 0.1, 1)]
    [InlineData(2, 16.0, 2)]
    [InlineData(1, null, 1)]
    public void LoopsFor_CoresAndQuota_RoundsUpAndStaysWithinTheCores(int cores, double? quota, int expected) =>
        Assert.Equal(expected, CpuQuota.LoopsFor(cores, quota));

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-3", 4)]
    [InlineData("0-3,8,10-11\n", 7)]
    [InlineData("", 0)]
    [InlineData("x", 0)]
    [InlineData("3-1", 0)]
    public void CountCores_KernelList_CountsThem(string list, int expected) => Assert.Equal(expected, CpuQuota.CountCores(list));

    [Theory]
    [InlineData("150000 100000\n", 1.5)]
    [InlineData("max 100000\n", null)]
    [InlineData("100000", null)]
    [InlineData("100000 0", null)]
    public void ParseCpuMax_Text_GivesCores(string text, double? expected) => Assert.Equal(expected, CpuQuota.ParseCpuMax(text));

    [Theory]
    [InlineData("50000\n", "100000\n", 0.5)]
    [InlineData("-1\n", "100000\n", null)]
    public void ParseCfsQuota_Texts_GiveCores(string quota, string period, double? expected) =>
        Assert.Equal(expected, CpuQuota.ParseCfsQuota(quota, period));

    [Fact]
    public void FindQuota_Version2_TakesTheTightestOfAllLevels()
    {
        double? quota = Find(new()
        {
            ["/proc/self/cgroup"] = "0::/system.slice/weir.service\n",
            ["/sys/fs/cgroup/system.slice/weir.service/cpu.max"] = "400000 100000\n",
            ["/sys/fs/cgroup/system.slice/cpu.max"] = "200000 100000\n",
            ["/sys/fs/cgroup/cpu.max"] = "max 100000\n",
        });

        Assert.Equal(2.0, quota);
    }

    [Fact]
    public void FindQuota_InsideAContainer_ReadsTheRoot() => Assert.Equal(0.5, Find(new()
    {
        ["/proc/self/cgroup"] = "0::/\n",
        ["/sys/fs/cgroup/cpu.max"] = "50000 100000\n",
    }));

    [Fact]
    public void FindQuota_Version1_ReadsTheCpuController() => Assert.Equal(3.0, Find(new()
    {
        ["/proc/self/cgroup"] = "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n",
        ["/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us"] = "300000\n",
        ["/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us"] = "100000\n",
    }));

    [Fact]
    public void FindQuota_NoFiles_IsNone() => Assert.Null(Find([]));

    private static double? Find(Dictionary<string, string> files) => CpuQuota.FindQuota(files.GetValueOrDefault);
}
