using System.Text;
using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

public class NameTableTests
{
    [Fact]
    public void Number_SameName_IsTheSameOnEveryThread()
    {
        var names = new LogNames();
        var table = new NameTable(10_000, names.AddTarget);
        int[][] numbers = [new int[5000], new int[5000], new int[5000], new int[5000]];

        Parallel.For(0, numbers.Length, thread =>
        {
            for (int i = 0; i < 5000; i++)
                numbers[thread][(i * 7) % 5000] = table.Number(Encoding.ASCII.GetBytes($"target {i * 7 % 5000}"));
        });

        Assert.Equal(5000, names.Targets.Count);
        Assert.All(numbers, mine => Assert.Equal(numbers[0], mine));
        for (int i = 0; i < 5000; i++)
            Assert.Equal($"target {i}", names.Targets[numbers[0][i]]);
    }

    [Fact]
    public void Number_PastTheLimit_IsThatOfTheOthers()
    {
        var names = new LogNames();
        var table = new NameTable(2, names.AddTarget);
        int[] numbers = [table.Number("a"u8), table.Number("b"u8), table.Number("c"u8), table.Number("d"u8), table.Number("a"u8)];

        Assert.Equal([0, 1, 2, 2, 0], numbers);
        Assert.Equal(["a", "b", NameTable.Others], names.Targets);
        Assert.True(table.IsOthers(2));
        Assert.False(table.IsOthers(1) || table.IsOthers(LoggedRequest.NoName));
    }

    [Fact]
    public void Number_NoName_IsNone() => Assert.Equal(LoggedRequest.NoName, new NameTable(2, _ => 7).Number([]));

    [Fact]
    public void LastName_WhateverCameBefore_GivesTheTablesNumber()
    {
        var names = new List<string>();
        var table = new NameTable(limit: 10, name =>
        {
            names.Add(name);
            return names.Count - 1;
        });
        var last = new LastName(table);

        int[] numbers = [.. ((string[])["a", "a", "", "ab", "a", "abcdefgh", "abcdefgh", ""]).Select(name => last.Number(Encoding.UTF8.GetBytes(name)))];

        Assert.Equal([0, 0, LoggedRequest.NoName, 1, 0, 2, 2, LoggedRequest.NoName], numbers);
        Assert.Equal(["a", "ab", "abcdefgh"], names);
    }
}
