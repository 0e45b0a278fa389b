namespace Fog.Wasm.Portable
{
    /// <summary>
    /// Instructions of the device image: cells of 64 bits, the first with four fields of 16 bits, the opcode lowest. Fields
    /// are listed above each group, those of further cells behind a semicolon. Registers are of four kinds (i32, i64, f32,
    /// f64; references are i32) and relative to the frame. A distance counts cells from behind the first and leads to the
    /// Block of a basic block; in compare-and-branch it has 16 bits, alone 32.
    /// </summary>
    public enum DeviceOp : ushort
    {
        /// <summary>cost: a basic block begins.</summary>
        Block,
        Unreachable,

        /// <summary>function of the image's own; how far the frame moves in i32, i64, f32, f64 registers, 16 bits each.</summary>
        Call,

        /// <summary>type, table, index; the frame moves as for Call.</summary>
        CallIndirect,
        Return,

        /// <summary>index, count; count + 1 distances of 32 bits, two a cell, the last for every other index.</summary>
        BrTable,

        // I32 arithmetic: dst, a, b.
        I32Add,
        I32Sub,
        I32Mul,
        I32And,
        I32Or,
        I32Xor,
        I32Shl,
        I32ShrS,
        I32ShrU,

        // I32 arithmetic: dst, a, signed immediate.
        I32AddImm,
        I32MulImm,
        I32AndImm,
        I32ShlImm,
        I32ShrSImm,
        I32ShrUImm,

        // Dst, base, index; shift: base + (index << shift).
        I32AddScaled,

        // Dst, a, b; c: c + a * b.
        I32MulAdd,

        // I32 comparison: dst, a, b.
        I32Eq,
        I32Ne,
        I32LtS,
        I32LtU,
        I32LeS,
        I32LeU,
        I32Eqz,

        // I32 division: dst, a, b.
        I32DivS,
        I32RemS,
        I32DivU,
        I32RemU,

        // A branch to distance: to there, or to the block behind.
        Br,

        // A, distance.
        BrIf,
        BrIfNot,

        // A, b, distance.
        BrI32Eq,
        BrI32Ne,
        BrI32LtS,
        BrI32GeS,
        BrI32LtU,
        BrI32GeU,

        // A, signed immediate, distance.
        BrI32EqImm,
        BrI32NeImm,
        BrI32LtSImm,
        BrI32GeSImm,
        BrI32GtSImm,
        BrI32LeSImm,
        BrI32LtUImm,
        BrI32GeUImm,

        // A, b or immediate, signed step; distance: a += step, then the branch; the turn of a loop.
        StepBrLtS,
        StepBrLtSImm,
        StepBrLtU,
        StepBrNe,

        // A, b, distance.
        BrI64Eq,
        BrI64Ne,
        BrI64LtS,
        BrI64GeS,
        BrI64LtU,
        BrI64GeU,

        // A, b, distance. Floating point is compared by <, <=, == and != only: nanoFramework takes NaN > x for true.
        BrF64Eq,
        BrF64Ne,
        BrF64Lt,
        BrF64Le,
        BrF64NotLt,
        BrF64NotLe,

        // Traps as unreachable does: a; a; a, b.
        TrapIf,
        TrapIfNot,
        TrapIfGeU,

        // Dst, a; constants: dst, 32 bits.
        MoveI32,
        MoveI64,
        MoveF32,
        MoveF64,
        I32Const,

        // Dst, global; global, a.
        GlobalGetI32,
        GlobalSetI32,

        // Dst, condition, a; b.
        SelectI32,
        SelectF64,

        // I64: dst, a, b.
        I64Add,
        I64Sub,
        I64Mul,
        I64And,
        I64Or,
        I64Xor,
        I64Shl,
        I64ShrS,
        I64ShrU,
        I64Eq,
        I64Ne,
        I64LtS,
        I64LtU,
        I64LeS,
        I64LeU,

        // Dst, a.
        I64ExtendI32S,
        I64ExtendI32U,
        I32WrapI64,

        // F64: dst, a, b; a NaN result is the canonical one.
        F64Add,
        F64Sub,
        F64Mul,
        F64Div,
        F64Eq,
        F64Ne,
        F64Lt,
        F64Le,

        // Dst, a, b; c: two roundings, c + a * b, c - a * b, a * b - c.
        F64MulAdd,
        F64MulSub,
        F64MulSubFrom,

        // A constant: dst, a; bits: a + c, c - a, a * c, a / c; dst, a, b; bits: c + a * b, two roundings.
        F64AddConst,
        F64ConstSub,
        F64MulConst,
        F64DivConst,
        F64MulAddConst,

        // Dst, a.
        F64ConvertI32S,
        F64Sqrt,
        F64Abs,
        F64Neg,

        // F32: dst, a, b; every result is rounded to single.
        F32Add,
        F32Sub,
        F32Mul,

        // Loads: dst, address, offset.
        I32Load,
        F64Load,
        I64Load,
        I32Load8U,
        I32Load8S,

        // Dst, base, index; offset: from base + (index << width).
        I32LoadIndexed,
        F64LoadIndexed,

        // An element of an array: dst, base, index: TrapIfGeU index and the register behind base, which is the array's
        // length, then the load from base + (index << width). Of the trap map's two entries the second is the load's.
        I32LoadChecked,
        F64LoadChecked,
        I32Load8UChecked,

        // The same with what is done to the element: dst, base, index; a: a + element, a - element, element - a, a * element.
        I32AddLoad,
        F64AddLoad,
        F64SubLoad,
        F64LoadSub,
        F64MulLoad,

        // Two elements: dst, base, index; base, index: the first minus the second.
        F64LoadLoadSub,

        // Stores: value, address, offset.
        I32Store,
        F64Store,
        I64Store,
        I32Store8,

        // Value, base, index; offset.
        I32StoreIndexed,
        F64StoreIndexed,

        // Value, base, index: as the checked loads, but the length stands in the register before base: that is how locals
        // lie in which a new array is kept, since the length is set first.
        F64StoreChecked,

        // The other widths: value, address, offset.
        I32Load16S,
        I32Load16U,
        I32Store16,
        F32Load,
        F32Store,
        I64Load8S,
        I64Load8U,
        I64Load16S,
        I64Load16U,
        I64Load32S,
        I64Load32U,
        I64Store8,
        I64Store16,
        I64Store32,

        // Seldom used: dst, a.
        I32Clz,
        I32Ctz,
        I32Popcnt,
        I32Extend8S,
        I32Extend16S,
        I64Eqz,
        I64Clz,
        I64Ctz,
        I64Popcnt,
        I64Extend8S,
        I64Extend16S,
        I64Extend32S,
        F32Abs,
        F32Neg,
        F32Ceil,
        F32Floor,
        F32Trunc,
        F32Nearest,
        F32Sqrt,
        F64Ceil,
        F64Floor,
        F64Trunc,
        F64Nearest,
        I32TruncF32S,
        I32TruncF32U,
        I32TruncF64S,
        I32TruncF64U,
        I64TruncF32S,
        I64TruncF32U,
        I64TruncF64S,
        I64TruncF64U,
        F32ConvertI32S,
        F32ConvertI32U,
        F32ConvertI64S,
        F32ConvertI64U,
        F32DemoteF64,
        F64ConvertI32U,
        F64ConvertI64S,
        F64ConvertI64U,
        F64PromoteF32,
        I32ReinterpretF32,
        I64ReinterpretF64,
        F32ReinterpretI32,
        F64ReinterpretI64,
        I32TruncSatF32S,
        I32TruncSatF32U,
        I32TruncSatF64S,
        I32TruncSatF64U,
        I64TruncSatF32S,
        I64TruncSatF32U,
        I64TruncSatF64S,
        I64TruncSatF64U,
        RefIsNull,

        // Seldom used: dst, a, b.
        I32Rotl,
        I32Rotr,
        I64DivS,
        I64DivU,
        I64RemS,
        I64RemU,
        I64Rotl,
        I64Rotr,
        F32Eq,
        F32Ne,
        F32Lt,
        F32Le,
        F32Div,
        F32Min,
        F32Max,
        F32Copysign,
        F64Min,
        F64Max,
        F64Copysign,

        // Constants: dst, 32 bits; dst; 64 bits.
        F32Const,
        I64Const,
        F64Const,

        // dst, condition, a; b.
        SelectI64,
        SelectF32,

        // dst, global; global, a.
        GlobalGetI64,
        GlobalGetF32,
        GlobalGetF64,
        GlobalSetI64,
        GlobalSetF32,
        GlobalSetF64,

        // dst, a; offset: their sum, the highest address when it overflows.
        AddressWide,

        // first, count: declared locals start at zero.
        ZeroI32,
        ZeroI64,
        ZeroF32,
        ZeroF64,

        // dst, table, index; table, index, value; dst, table.
        TableGet,
        TableSet,
        TableSize,

        // dst.
        MemorySize,

        // segment.
        ElemDrop,
        DataDrop,

        // With fuel of their own: dst, delta; address, value, count; to, from, count; segment, to, from; count.
        MemoryGrow,
        MemoryFill,
        MemoryCopy,
        MemoryInit,

        // dst, table, value; delta; table, index, value; count; table to, table from, to; from, count; table, segment, to; from, count.
        TableGrow,
        TableFill,
        TableCopy,
        TableInit,

        /// <summary>number of a function that is not the image's own; the frame moves as for Call.</summary>
        CallImport,

        // Since images are kept, what came later stands here. A turn as StepBrLtSImm; as StepBrLtS, the step in a register.
        StepBrGeSImm,
        AddBrLtS,

        // Functions of Wasm/Math: dst, a, b. One whose results change gets another number.
        F64Sin,
        F64Cos,
        F64Tan,
        F64Asin,
        F64Acos,
        F64Atan,
        F64Atan2,
        F64Exp,
        F64Log,
        F64Log2,
        F64Log10,
        F64Pow,
        F64Sinh,
        F64Cosh,
        F64Tanh,
        F64Asinh,
        F64Acosh,
        F64Atanh,
        F64Cbrt,

        // Value, base, index: as the checked loads, the length behind base.
        F64StoreElement,
        I32StoreElement,
        I32Store8Element,

        /// <summary>
        /// index, limit, step; distance; accumulator, element, base, form (<see cref="FoldForm"/>); of the other operand the register, or base and
        /// index: the turn of a loop of one block, distance away, that folds elements of an array into a number. It takes the step, and
        /// further rounds by itself as long as they are usual ones; for any other it goes back to the block, whose code is whole.
        /// </summary>
        F64Fold,

        // The first instruction, then the one behind it, which stands there whole: with one turn of the hot loop less. Fields and
        // cells are the first's.
        I32AddThenF64AddLoad,
        I32AddThenF64LoadChecked,
        I32AddThenI32Load8UChecked,
        I32AddImmThenF64LoadChecked,
        I32AddImmThenF64SubLoad,
        I32AddImmThenI32AddLoad,
        I32AddImmThenBrI32GeS,
        I32AddImmThenStepBrLtS,
        F64AddThenStepBrLtS,
        F64MulAddThenStepBrLtS,
        F64StoreElementThenI32AddImm,
        F64StoreElementThenStepBrLtS,
        F64StoreElementThenStepBrGeSImm,

        /// <summary>
        /// index, limit, step; distance; value, base, its index, form (<see cref="ScanForm"/>); base and index of what is stored, the step of
        /// that index; a number, the index of what is stored behind it, how much further that is: as F64Fold, the turn of a loop
        /// that stores elements of an array, or the sums of those so far.
        /// </summary>
        F64Scan,
    }
}
