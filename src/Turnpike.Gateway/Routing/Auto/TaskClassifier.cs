namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Tells from words and form what a prompt asks for and how hard that is. Deterministic, asks nobody, allocates nothing.</summary>
internal sealed class TaskClassifier(CueSet cues)
{
    /// <summary>Bytes of the system message, and of the user message before a short last one, that are looked at.</summary>
    private const int ContextBytesMax = 1536;

    /// <summary>A last message below this says little by itself ("yes, please"), bytes.</summary>
    private const int ShortBytesMax = 40;

    private const double SystemFactor = 0.35;

    private const double PreviousFactor = 0.4;

    /// <summary>The least score of a kind that is believed.</summary>
    private const double ScoreMin = 0.6;

    private const string ResourceName = "Turnpike.Gateway.Routing.Auto.cues.tsv";

    private static readonly Lazy<TaskClassifier> _shipped = new(static () =>
    {
        using var stream = typeof(TaskClassifier).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidDataException($"{ResourceName} is not in the program.");
        using var reader = new StreamReader(stream);
        return new TaskClassifier(CueSet.Read(reader));
    });

    /// <summary>With the cues that ship; read at the first use.</summary>
    public static TaskClassifier Shipped => _shipped.Value;

    /// <summary>Classifies what a scan has found.</summary>
    /// <param name="body">The body that was scanned.</param>
    public PromptFeatures Classify(ReadOnlySpan<byte> body, in PromptScan scan)
    {
        Span<double> scores = stackalloc double[CueSet.Slots];
        Span<ulong> seen = stackalloc ulong[(cues.Count + 63) / 64];
        scores.Clear();
        seen.Clear();

        Span<byte> buffer = stackalloc byte[PromptText.BytesMax - (2 * ContextBytesMax)];
        var text = new PromptText(buffer);
        text.Append(body, scan.LastUser);
        var form = AddUser(text.Bytes.Trim(" \n"u8), seen, scores);
        AddContext(body, scan, seen, scores);
        AddRequest(scan, scores);
        return Decide(scan, form, scores);
    }

    private TextForm AddUser(ReadOnlySpan<byte> text, Span<ulong> seen, Span<double> scores)
    {
        var form = TextForm.Of(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (CueSet.BeginsAt(text, i))
            {
                cues.AddAt(text, i, form.FactorAt(i), seen, scores);
            }
        }

        foreach (var seenForm in (ReadOnlySpan<PromptForm>)[PromptForm.Fence, PromptForm.Star, PromptForm.Tiny, PromptForm.Question, PromptForm.Mathy, PromptForm.Csv, PromptForm.Numbers])
        {
            if (form.Has(seenForm))
            {
                cues.AddForm(seenForm, scores);
            }
        }

        return form;
    }

    private void AddContext(ReadOnlySpan<byte> body, in PromptScan scan, Span<ulong> seen, Span<double> scores)
    {
        AddContext(body, scan.System, SystemFactor, seen, scores);
        if (scan.LastUser.Bytes < ShortBytesMax)
        {
            AddContext(body, scan.PreviousUser, PreviousFactor, seen, scores);
        }
    }

    private void AddContext(ReadOnlySpan<byte> body, in TextRanges texts, double factor, Span<ulong> seen, Span<double> scores)
    {
        Span<byte> buffer = stackalloc byte[ContextBytesMax];
        var text = new PromptText(buffer);
        text.Append(body, texts);
        var bytes = text.Bytes;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (CueSet.BeginsAt(bytes, i))
            {
                cues.AddAt(bytes, i, factor, seen, scores);
            }
        }
    }

    private void AddRequest(in PromptScan scan, Span<double> scores)
    {
        if (scan.Needs.HasFlag(PromptNeeds.Tools))
        {
            cues.AddForm(PromptForm.Tools, scores);
        }

        if (scan.HasToolTurns)
        {
            cues.AddForm(PromptForm.ToolTurns, scores);
        }

        if (scan.Needs.HasFlag(PromptNeeds.Json))
        {
            cues.AddForm(PromptForm.Json, scores);
        }
    }

    private PromptFeatures Decide(in PromptScan scan, in TextForm form, ReadOnlySpan<double> scores)
    {
        var (best, bestScore, nextScore) = ((int)TaskKind.Knowledge, ScoreMin, 0.0);
        for (var kind = 0; kind < TaskKinds.Count; kind++)
        {
            if (scores[kind] > bestScore)
            {
                (best, bestScore, nextScore) = (kind, scores[kind], Math.Max(nextScore, bestScore));
            }
            else
            {
                nextScore = Math.Max(nextScore, scores[kind]);
            }
        }

        // Twice the length is a little harder; a page and more of it is as hard as length makes it.
        var length = Math.Clamp(0.04 * Math.Log2(Math.Max(scan.PromptTokens, 8) / 32.0), -0.08, 0.2);
        var reasoning = scan.Needs.HasFlag(PromptNeeds.Reasoning) ? 0.05 : 0;
        var difficulty = cues.BaseOf((TaskKind)best) + Math.Min(0.45, scores[CueSet.Hard]) - Math.Min(0.2, scores[CueSet.Easy]) + length + reasoning;
        return new()
        {
            Kind = (TaskKind)best,
            Confidence = Math.Clamp((bestScore - nextScore) / bestScore, 0, 1),
            Difficulty = Math.Clamp(difficulty, 0, 1),
            Needs = scan.Needs,
            PromptTokens = scan.PromptTokens,
            OutputLimit = scan.OutputLimit,
            IsForeign = form.IsForeign || scores[CueSet.Foreign] >= 2,
        };
    }
}
