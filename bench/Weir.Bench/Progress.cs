namespace Weir.Bench;

/// <summary>One line that is written over, on a terminal only.</summary>
internal static class Progress
{
    public static void Show(string text)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r\e[K{text}");
    }
}
