using System.Text;

namespace Weir.Diagnosing;

/// <summary>Passes lines on without the blanks at their ends, which a layout in columns leaves behind.</summary>
internal sealed class TrimmedLines(TextWriter output) : TextWriter
{
    private int _blanks;

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value)
    {
        switch (value)
        {
            case ' ':
                _blanks++;
                return;
            case '\n' or '\r':
                _blanks = 0;
                break;
            default:
                for (; _blanks > 0; _blanks--)
                {
                    output.Write(' ');
                }

                break;
        }

        output.Write(value);
    }

    public override void Flush() => output.Flush();
}
