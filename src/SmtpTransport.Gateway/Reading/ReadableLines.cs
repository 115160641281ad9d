using System.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Writes running text with blocks, quotes and lists: white space collapses, blank lines do not pile up.</summary>
internal sealed class ReadableLines(int maxLength)
{
    private readonly StringBuilder text = new();
    private readonly List<Prefix> prefixes = [];
    private int pendingBreaks;
    private int breakDepth;
    private bool pendingSpace;
    private bool pendingSeparator;

    public int Length => text.Length;

    public bool IsFull => text.Length >= maxLength;

    /// <summary>What was written since, white space at its ends left out.</summary>
    public string Since(int start) => start < text.Length ? text.ToString(start, text.Length - start).Trim() : "";

    /// <summary>What comes next begins a new line (1) or a new paragraph (2).</summary>
    public void Break(int lines)
    {
        breakDepth = pendingBreaks == 0 ? prefixes.Count : Math.Min(breakDepth, prefixes.Count);
        pendingBreaks = Math.Max(pendingBreaks, lines);
        pendingSpace = pendingSeparator = false;
    }

    /// <summary>A line break that was asked for: each one counts, up to one blank line.</summary>
    public void LineBreak()
    {
        var lines = Math.Min(2, pendingBreaks + 1);
        Break(lines);
    }

    /// <summary>Sets apart what comes next from what stands on the same line.</summary>
    public void Separate() => pendingSeparator = pendingBreaks == 0 && text.Length > 0;

    public void Open(string first, string following) => prefixes.Add(new Prefix(first, following));

    public void Close()
    {
        prefixes.RemoveAt(prefixes.Count - 1);
        breakDepth = Math.Min(breakDepth, prefixes.Count);
    }

    public void Write(ReadOnlySpan<char> words)
    {
        foreach (var c in words)
        {
            if (char.IsWhiteSpace(c) || c == '\u200B')
            {
                pendingSpace = true;
            }
            else if (IsFull)
            {
                return;
            }
            else if (!IsFiller(c) && (c != '\u200C' || !pendingSpace))
            {
                Lead();
                text.Append(c);
            }
        }
    }

    public void WritePreformatted(ReadOnlySpan<char> lines)
    {
        foreach (var c in lines)
        {
            if (IsFull)
            {
                return;
            }

            if (c == '\n')
            {
                Lead();
                Break(1);
            }
            else
            {
                Lead();
                text.Append(c);
            }
        }
    }

    public override string ToString() => text.ToString().TrimEnd();

    // Soft hyphen, joiners and marks without width: what fills up a preview line.
    private static bool IsFiller(char c) => c is '\u00AD' or '\u034F' or '\uFEFF' or '\u2060';

    private void Lead()
    {
        if (text.Length == 0 || pendingBreaks > 0)
        {
            StartLine();
        }
        else if (pendingSeparator)
        {
            text.Append(" | ");
        }
        else if (pendingSpace)
        {
            text.Append(' ');
        }

        pendingSpace = pendingSeparator = false;
    }

    private void StartLine()
    {
        if (text.Length > 0)
        {
            text.Append('\n');
            if (pendingBreaks > 1)
            {
                var blank = text.Length;
                for (var i = 0; i < breakDepth; i++)
                {
                    text.Append(prefixes[i].Following);
                }

                while (text.Length > blank && text[^1] == ' ')
                {
                    text.Length--;
                }

                text.Append('\n');
            }
        }

        foreach (var prefix in prefixes)
        {
            text.Append(prefix.Take());
        }

        pendingBreaks = 0;
    }

    private sealed class Prefix(string first, string following)
    {
        private bool taken;

        public string Following => following;

        public string Take()
        {
            var prefix = taken ? following : first;
            taken = true;
            return prefix;
        }
    }
}
