import { Check, Column, Entity, PrimaryColumn } from 'typeorm'

/** `course_versions`: the terms of a version's credential; without published_at, one that has not arrived yet. */
@Entity('course_versions')
@Check('ck_course_versions_known', '(published_at is null) = (title is null) and (published_at is null) = (credential_enabled is null)')
export class CourseVersionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_course_versions' })
  course_version_id: string

  @Column('text', { nullable: true })
  title: string | null

  @Column('boolean', { nullable: true })
  credential_enabled: boolean | null

  @Column('integer', { nullable: true })
  validity_months: number | null

  @Column('text', { nullable: true })
  badge_template_id: string | null

  @Column('timestamptz', { nullable: true })
  published_at: Date | null
}
