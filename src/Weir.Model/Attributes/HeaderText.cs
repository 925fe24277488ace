using System.Buffers;

namespace Weir.Model;

/// <summary>What may stand in header names and in the header values that a listener inserts.</summary>
internal static class HeaderText
{
    // Source: ALB user guide, header modification
    public const string AllowedValue = "up to 1024 letters, digits, spaces and _:;.,\\/'?!(){}[]@<>=-+*#&`|~^%";

    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // Source: RFC 9110 §5.6.2
    private static readonly SearchValues<char> _tokenCharacters = SearchValues.Create(LettersAndDigits + "!#$%&'*+-.^_`|~");

    private static readonly SearchValues<char> _insertedCharacters =
        SearchValues.Create(LettersAndDigits + "_ :;.,\\/'?!(){}[]@<>=-+*#&`|~^%");

    public static bool IsToken(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExcept(_tokenCharacters);

    /// <summary>No control character can pass: a line break here would end the header on the wire.</summary>
    public static bool IsInsertedValue(string value) => !value.AsSpan().ContainsAnyExcept(_insertedCharacters);
}
