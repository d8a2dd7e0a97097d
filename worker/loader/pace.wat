;; Two chains of instructions, each waiting for the one before: what a dot product of words takes, and one of bytes. A
;; processor with an instruction for the latter (AVX-VNNI, Arm's sdot) takes as long for both; others put it together out of
;; four or more. Browsers without relaxed SIMD refuse the module.
(module
  (func (export "words") (param $times i32) (result i32)
    (local $one v128) (local $sum v128)
    (local.set $one (i8x16.splat (i32.const 1)))
    (loop $again
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (local.set $sum (i32x4.add (local.get $one) (i32x4.dot_i16x8_s (local.get $sum) (local.get $one))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32x4.extract_lane 0 (local.get $sum)))
  (func (export "bytes") (param $times i32) (result i32)
    (local $one v128) (local $sum v128)
    (local.set $one (i8x16.splat (i32.const 1)))
    (loop $again
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (local.set $sum (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $sum) (local.get $one) (local.get $one)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32x4.extract_lane 0 (local.get $sum))))
