namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Tells from words and form what a prompt asks for, by a model that was trained on labelled prompts and by cues that were written by hand, and
/// by cues how hard that is. Deterministic, asks nobody, allocates nothing.</summary>
internal sealed class TaskClassifier(KindModel kinds, CueSet cues)
{
    /// <summary>Bytes of the system message, and of the user message before a short last one, that are looked at.</summary>
    private const int ContextBytesMax = 1536;

    /// <summary>A last message below this says little by itself ("yes, please"), bytes.</summary>
    private const int ShortBytesMax = 40;

    private const double SystemFactor = 0.35;

    private const double PreviousFactor = 0.4;

    private const int SeenWords = PromptGrams.Buckets / 64;

    private const string Folder = "Turnpike.Gateway.Routing.Auto.";

    private static readonly Lazy<CueSet> _cues = new(static () =>
    {
        using var reader = new StreamReader(Open("cues.tsv"));
        return CueSet.Read(reader);
    });

    private static readonly Lazy<TaskClassifier> _shipped = new(static () =>
    {
        using var stream = Open("kinds.bin");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return With(KindModel.Read(file));
    });

    /// <summary>With the model that ships; read at the first use.</summary>
    public static TaskClassifier Shipped => _shipped.Value;

    /// <summary>With another model, and the cues that ship.</summary>
    public static TaskClassifier With(KindModel kinds) => new(kinds, _cues.Value);

    /// <summary>Classifies a request's body.</summary>
    public PromptFeatures Classify(ReadOnlySpan<byte> body)
    {
        var scan = PromptScan.Of(body);
        return Classify(body, in scan);
    }

    /// <summary>The features of a request's last user message, each once: what the model is trained on.</summary>
    public static uint[] GramsOf(ReadOnlySpan<byte> body)
    {
        var scan = PromptScan.Of(body);
        Span<byte> buffer = stackalloc byte[PromptText.BytesMax - (2 * ContextBytesMax)];
        var text = new PromptText(buffer);
        text.Append(body, scan.LastUser);
        var user = text.Bytes.Trim(" \n"u8);
        var all = new GramSet([]);
        PromptGrams.Of(user, TextForm.Of(user), ref all);
        AddRequest(scan, ref all);
        return [.. all.Grams];
    }

    private PromptFeatures Classify(ReadOnlySpan<byte> body, in PromptScan scan)
    {
        Span<double> scores = stackalloc double[CueSet.Slots];
        Span<ulong> seen = stackalloc ulong[(cues.Count + 63) / 64];
        Span<int> sums = stackalloc int[TaskKinds.Count];
        Span<ulong> grams = stackalloc ulong[SeenWords];
        scores.Clear();
        seen.Clear();

        Span<byte> buffer = stackalloc byte[PromptText.BytesMax - (2 * ContextBytesMax)];
        var text = new PromptText(buffer);
        text.Append(body, scan.LastUser);
        var user = text.Bytes.Trim(" \n"u8);
        var form = TextForm.Of(user);
        sums.Clear();
        grams.Clear();
        var sum = kinds.Begin(sums, grams);
        PromptGrams.Of(user, form, ref sum);
        AddRequest(scan, ref sum);
        kinds.Add(sum, 1, scores[..TaskKinds.Count]);
        AddCues(user, form, seen, scores);

        AddContext(body, scan.System, SystemFactor, seen, scores);
        if (scan.LastUser.Bytes < ShortBytesMax)
        {
            AddContext(body, scan.PreviousUser, PreviousFactor, seen, scores);
        }

        return Decide(scan, form, scores);
    }

    private void AddCues(ReadOnlySpan<byte> text, in TextForm form, Span<ulong> seen, Span<double> scores)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (CueSet.BeginsAt(text, i))
            {
                cues.AddAt(text, i, form.FactorAt(i), seen, scores);
            }
        }
    }

    private void AddContext(ReadOnlySpan<byte> body, in TextRanges texts, double factor, Span<ulong> seen, Span<double> scores)
    {
        if (texts.Count == 0)
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[ContextBytesMax];
        Span<int> sums = stackalloc int[TaskKinds.Count];
        Span<ulong> grams = stackalloc ulong[SeenWords];
        sums.Clear();
        grams.Clear();
        var text = new PromptText(buffer);
        text.Append(body, texts);
        var sum = kinds.Begin(sums, grams);
        PromptGrams.Of(text.Bytes, TextForm.Of(text.Bytes), ref sum);
        kinds.Add(sum, factor, scores[..TaskKinds.Count]);
        for (var i = 0; i < text.Length; i++)
        {
            if (CueSet.BeginsAt(text.Bytes, i))
            {
                cues.AddAt(text.Bytes, i, factor, seen, scores);
            }
        }
    }

    private static void AddRequest<TSink>(in PromptScan scan, ref TSink sink) where TSink : struct, IGramSink, allows ref struct
    {
        if (scan.Needs.HasFlag(PromptNeeds.Tools))
        {
            PromptGrams.AddForm(PromptForm.Tools, ref sink);
        }

        if (scan.HasToolTurns)
        {
            PromptGrams.AddForm(PromptForm.ToolTurns, ref sink);
        }

        if (scan.Needs.HasFlag(PromptNeeds.Json))
        {
            PromptGrams.AddForm(PromptForm.Json, ref sink);
        }
    }

    private PromptFeatures Decide(in PromptScan scan, in TextForm form, ReadOnlySpan<double> scores)
    {
        var (best, confidence) = Best(scores[..TaskKinds.Count]);

        // Twice the length is a little harder; a page and more of it is as hard as length makes it.
        var length = Math.Clamp(0.04 * Math.Log2(Math.Max(scan.PromptTokens, 8) / 32.0), -0.08, 0.2);
        var reasoning = scan.Needs.HasFlag(PromptNeeds.Reasoning) ? 0.05 : 0;
        var difficulty = cues.BaseOf(best) + Math.Min(0.45, scores[CueSet.Hard]) - Math.Min(0.2, scores[CueSet.Easy]) + length + reasoning;
        return new()
        {
            Kind = best,
            Confidence = confidence,
            Difficulty = Math.Clamp(difficulty, 0, 1),
            Needs = scan.Needs,
            PromptTokens = scan.PromptTokens,
            OutputLimit = scan.OutputLimit,
            IsForeign = form.IsForeign || scores[CueSet.Foreign] >= 2,
        };
    }

    // The likeliest kind, and how far its likelihood is ahead of the next one's; a question of knowledge where nothing says anything.
    private static (TaskKind Kind, double Ahead) Best(ReadOnlySpan<double> scores)
    {
        var (best, next, sum) = (0, double.NegativeInfinity, 0.0);
        for (var kind = 1; kind < scores.Length; kind++)
        {
            next = Math.Max(next, Math.Min(scores[kind], scores[best]));
            best = scores[kind] > scores[best] ? kind : best;
        }

        foreach (var score in scores)
        {
            sum += Math.Exp(score - scores[best]);
        }

        return next == scores[best] ? (TaskKind.Knowledge, 0) : ((TaskKind)best, (1 - Math.Exp(next - scores[best])) / sum);
    }

    private static Stream Open(string name) => typeof(TaskClassifier).Assembly.GetManifestResourceStream(Folder + name)
        ?? throw new InvalidDataException($"{Folder}{name} is not in the program.");

    private readonly struct GramSet(HashSet<uint> grams) : IGramSink
    {
        public HashSet<uint> Grams { get; } = grams;

        public void Add(uint gram) => Grams.Add(gram);
    }
}
