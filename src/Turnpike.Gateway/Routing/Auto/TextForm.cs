namespace Turnpike.Gateway.Routing.Auto;

/// <summary>The form of a text: where the instruction ends and what it is about begins, what it is made of.</summary>
internal readonly ref struct TextForm
{
    /// <summary>A colon or a line break behind this is one of the text's, not the instruction's, bytes.</summary>
    private const int InstructionMax = 300;

    /// <summary>Less than this is not worth telling apart from its instruction, bytes.</summary>
    private const int PayloadMin = 24;

    private const int NumbersMax = 200;

    private const int TinyMax = 18;

    private const double InstructionFactor = 1.25;

    private const double PayloadFactor = 0.5;

    private const double FenceFactor = 0.4;

    private readonly int _payload;
    private readonly int _fence;
    private readonly int _fenceEnd;
    private readonly int _forms;

    private TextForm(ReadOnlySpan<byte> text)
    {
        _fence = text.IndexOf("```"u8);
        _fenceEnd = text.LastIndexOf("```"u8);
        _payload = PayloadOf(text);
        int letters = 0, digits = 0, operators = 0, others = 0, numbers = 0;
        var wasDigit = false;
        foreach (var value in text)
        {
            var isDigit = value is >= (byte)'0' and <= (byte)'9';
            numbers += isDigit && !wasDigit ? 1 : 0;
            wasDigit = isDigit;
            letters += value is >= (byte)'a' and <= (byte)'z' ? 1 : 0;
            digits += isDigit ? 1 : 0;
            operators += "+*/^=-"u8.Contains(value) ? 1 : 0;
            others += value >= 0x80 ? 1 : 0;
        }

        IsForeign = others > 6 && others * 6 > text.Length;
        var isMathy = _fence < 0 && digits >= 3 && operators >= 2 && (digits + operators) * 4 > letters + digits + operators;
        _forms = Bit(PromptForm.Fence, _fence >= 0)
            | Bit(PromptForm.Star, text.Length > 2 && text[0] == '*' && text[1] != ' ' && text[1] != '*')
            | Bit(PromptForm.Tiny, text.Length <= TinyMax && digits == 0)
            | Bit(PromptForm.Question, text.EndsWith("?"u8) || text.EndsWith("？"u8))
            | Bit(PromptForm.Mathy, isMathy)
            | Bit(PromptForm.Csv, IsCsv(text))
            | Bit(PromptForm.Numbers, _fence < 0 && numbers >= 2 && text.Length < NumbersMax);
    }

    /// <summary>Much of it is written in another script than Latin.</summary>
    public bool IsForeign { get; }

    public static TextForm Of(ReadOnlySpan<byte> text) => new(text);

    public bool Has(PromptForm form) => (_forms & (1 << (int)form)) != 0;

    /// <summary>What a cue at a place counts: in the instruction more than in what it is about, in code least.</summary>
    public double FactorAt(int at) =>
        _fence >= 0 && at > _fence && at < _fenceEnd ? FenceFactor
        : _payload < 0 ? 1
        : at < _payload ? InstructionFactor
        : PayloadFactor;

    private static int Bit(PromptForm form, bool isThere) => isThere ? 1 << (int)form : 0;

    private static int PayloadOf(ReadOnlySpan<byte> text)
    {
        var head = text[..Math.Min(text.Length, InstructionMax)];
        for (var i = 0; i + 1 < head.Length; i++)
        {
            var begins = head[i] == '\n' || head[i] == '"' || (head[i] == ':' && head[i + 1] is (byte)' ' or (byte)'\n') || head[i..].StartsWith("："u8);
            if (begins && i > 0)
            {
                return text.Length - i > PayloadMin ? i : -1;
            }
        }

        return -1;
    }

    private static bool IsCsv(ReadOnlySpan<byte> text)
    {
        int rows = 0, columns = 0;
        foreach (var line in text.Split((byte)'\n'))
        {
            var commas = text[line].Count((byte)',');
            rows = commas > 0 && commas == columns && text[line].IndexOf(", "u8) < 0 ? rows + 1 : 0;
            columns = commas;
            if (rows >= 2)
            {
                return true;
            }
        }

        return false;
    }
}
