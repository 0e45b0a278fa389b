using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// Basic blocks of a function and their fuel, the same for every engine. A block begins at the first instruction of the
/// body, behind <c>loop</c>, <c>if</c>, <c>else</c> and <c>br_if</c>, behind the <c>end</c> of an <c>if</c>, and behind the
/// <c>end</c> of a <c>block</c> that a reachable branch names, and behind a call of <c>fog.checkpoint</c>. Each instruction costs 1,
/// a call of an elementary function also that one's fuel, and with that a block of <see cref="FullFuel"/> ends; <c>block</c>, <c>loop</c>,
/// <c>else</c>, <c>end</c> and <c>nop</c> cost nothing; the first block also pays 1 for each declared local. An <c>if</c>
/// around nothing but <c>unreachable</c> is a check: it begins no blocks, and its <c>unreachable</c> costs nothing.
/// </summary>
internal sealed class BasicBlocks
{
    /// <summary>What a block costs at least that a call of an elementary function ends: with the rest of the body it stays within 16 bits.</summary>
    internal const int FullFuel = 4096;

    private readonly int[] costs;
    private readonly bool[] live;

    private BasicBlocks(int length)
    {
        costs = new int[length + 1];
        Array.Fill(costs, -1);
        live = new bool[length + 1];
    }

    /// <summary>Whether a block begins right before this instruction.</summary>
    public bool BeginsAt(int instruction) => costs[instruction] >= 0;

    /// <summary>Fuel of the block that begins before this instruction.</summary>
    public ushort Cost(int instruction) => (ushort)costs[instruction];

    /// <summary>Whether control can get to this instruction.</summary>
    public bool IsLive(int instruction) => live[instruction];

    /// <summary>Whether <c>if unreachable end</c> begins at this instruction.</summary>
    public static bool IsCheck(ImmutableArray<Instruction> body, int instruction) =>
        body[instruction].Opcode == Opcode.If
        && body[instruction].BlockType.IsEmpty
        && body[instruction + 1].Opcode == Opcode.Unreachable
        && body[instruction + 2].Opcode == Opcode.End;

    public static BasicBlocks Of(Function function, ModuleContext? context = null)
    {
        var body = function.Body;
        var blocks = new BasicBlocks(body.Length);
        var open = new List<Open> { new(Opcode.Block, true) };
        var current = 0;
        var isLive = true;
        blocks.costs[0] = function.Locals.Length;
        for (var i = 0; i < body.Length; i++)
        {
            blocks.live[i] = isLive;
            if (IsCheck(body, i))
            {
                if (isLive) blocks.costs[current]++;
                i += 2;
                continue;
            }

            var opcode = body[i].Opcode;
            if (isLive && opcode is not (Opcode.Block or Opcode.Loop or Opcode.Else or Opcode.End or Opcode.Nop)) blocks.costs[current]++;
            var begins = false;
            switch (opcode)
            {
                case Opcode.Block or Opcode.Loop or Opcode.If:
                    open.Add(new(opcode, isLive));
                    begins = isLive && opcode != Opcode.Block;
                    break;
                case Opcode.Else:
                    open[^1].EndIsLive |= isLive;
                    open[^1].HasElse = true;
                    begins = isLive = open[^1].IsLive;
                    break;
                case Opcode.End:
                    var closed = open[^1];
                    open.RemoveAt(open.Count - 1);
                    var joined = closed.IsLive && (closed.EndIsLive || (closed.Opcode == Opcode.If && !closed.HasElse));
                    begins = closed.Opcode == Opcode.If ? joined || isLive : joined && closed.Opcode != Opcode.Loop;
                    isLive |= begins;
                    break;
                case Opcode.Br or Opcode.BrIf or Opcode.BrTable when isLive:
                    if (opcode == Opcode.BrTable)
                    {
                        foreach (var depth in body[i].List) open[^((int)depth + 1)].EndIsLive = true;
                        open[^((int)body[i].Second + 1)].EndIsLive = true;
                    }
                    else
                    {
                        open[^(body[i].Index + 1)].EndIsLive = true;
                    }

                    begins = isLive = opcode == Opcode.BrIf;
                    break;
                case Opcode.Call:
                    begins = isLive && context?.IsCheckpoint(body[i].Index) == true;
                    if (!isLive || context?.Elementary.Of(body[i].Index) is not { } elementary) break;
                    blocks.costs[current] += elementary.Fuel;
                    begins = blocks.costs[current] >= FullFuel;
                    break;
                case Opcode.Return or Opcode.Unreachable:
                    isLive = false;
                    break;
            }

            if (begins)
            {
                current = i + 1;
                blocks.costs[current] = 0;
            }
        }

        return blocks;
    }

    private sealed class Open(Opcode opcode, bool isLive)
    {
        public Opcode Opcode { get; } = opcode;

        public bool IsLive { get; } = isLive;

        /// <summary>A branch names the label, or the first arm of an if runs into its end.</summary>
        public bool EndIsLive { get; set; }

        public bool HasElse { get; set; }
    }
}
